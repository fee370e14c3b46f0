import { expect, test } from "bun:test";
import { newSecret, signatureHeaders } from "./signature.ts";

// The example of the Standard Webhooks specification.
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const MESSAGE = {
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  sentAtMs: 1_614_265_330_000,
  body: '{"test": 2432232314}',
};

test("a message is signed as Standard Webhooks does", () => {
  expect(signatureHeaders(MESSAGE, [SECRET])).toEqual({
    "webhook-id": MESSAGE.id,
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("while a secret is rotated a message has a signature of each", () => {
  const other = newSecret();
  const [own] = Object.values(signatureHeaders(MESSAGE, [other])).slice(-1);
  const both = signatureHeaders(MESSAGE, [other, SECRET])["webhook-signature"];
  expect(both).toBe(`${own} v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=`);
});

test("secrets are of 32 random bytes each", () => {
  const secrets = Array.from({ length: 20 }, newSecret);
  expect(new Set(secrets).size).toBe(20);
  for (const secret of secrets) expect(Buffer.from(secret.replace(/^whsec_/, ""), "base64")).toHaveLength(32);
});
