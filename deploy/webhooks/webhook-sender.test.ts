import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { httpSender, type Delivery } from "../../gateway/webhooks/webhook-sender.ts";
import { makeCertificates, type Certificates } from "../nats/testing/certificates.ts";

const never = new AbortController().signal;

let certificates: Certificates;
let encrypted: Bun.Server<undefined>;
let plain: Bun.Server<undefined>;
const asked: { readonly url: string; readonly host: string | null; readonly body: string }[] = [];

beforeAll(() => {
  certificates = makeCertificates();
  const fetch = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    asked.push({ url: request.url, host: request.headers.get("host"), body: await request.text() });
    if (pathname === "/slow") await Bun.sleep(5_000);
    if (pathname === "/elsewhere") return Response.redirect("http://127.0.0.1:9/", 307);
    if (pathname === "/busy") return new Response("later", { status: 503, headers: { "Retry-After": "7" } });
    if (pathname === "/gone") return new Response("", { status: 410 });
    if (pathname === "/wrong") return new Response("secret words", { status: 500 });
    return new Response("x".repeat(1_000_000), { status: 202 });
  };
  const tls = {
    key: readFileSync(certificates.serverKeyFile, "utf8"),
    cert: readFileSync(certificates.serverFile, "utf8"),
  };
  encrypted = Bun.serve({ port: 0, hostname: "127.0.0.1", tls, fetch });
  plain = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch });
});

afterAll(async () => {
  await Promise.all([encrypted.stop(true), plain.stop(true)]);
  certificates.remove();
});

function delivery(url: string, changes: Partial<Delivery> = {}): Delivery {
  return {
    url,
    allowsPrivate: true,
    allowsPlain: false,
    headers: { "webhook-id": "1" },
    body: "{}",
    ...changes,
  };
}

function sender(resolve?: () => Promise<readonly string[]>, answerMsMax = 5_000) {
  return httpSender({
    answerMsMax,
    userAgent: "test",
    authorities: readFileSync(certificates.authorityFile, "utf8"),
    ...(resolve === undefined ? {} : { resolve }),
  });
}

test("the certificate is that of the name, although the connection goes to the address that was checked", async () => {
  const here = sender(async () => ["127.0.0.1"]);
  const url = `https://localhost:${encrypted.port}/hooks?a=1`;
  expect(await here(delivery(url), never)).toEqual({ type: "delivered", status: 202 });
  expect(asked.at(-1)).toEqual({ url, host: `localhost:${encrypted.port}`, body: "{}" });
  // The same server, and a connection to it that may still be open: its certificate is for another name.
  const other = await here(delivery(`https://receiver.test:${encrypted.port}/hooks`), never);
  expect(other).toEqual({ type: "failed", failure: "ERR_TLS_CERT_ALTNAME_INVALID" });
  const untrusted = httpSender({ answerMsMax: 5_000, userAgent: "test", resolve: async () => ["127.0.0.1"] });
  expect((await untrusted(delivery(url), never)).type).toBe("failed");
});

test("a name is looked up once, and none of its addresses may be one that is not allowed", async () => {
  let looks = 0;
  const rebinding = sender(async () => {
    looks += 1;
    return looks === 1 ? ["93.184.215.14", "127.0.0.1"] : ["127.0.0.1"];
  });
  const before = asked.length;
  const strict = delivery(`https://localhost:${encrypted.port}/hooks`, { allowsPrivate: false });
  expect(await rebinding(strict, never)).toMatchObject({ type: "failed" });
  expect(looks).toBe(1);
  const metadata = sender(async () => ["169.254.169.254"]);
  expect(await metadata(delivery(strict.url), never)).toEqual({
    type: "failed",
    failure: "169.254.169.254 is an address that is never called",
  });
  expect(asked).toHaveLength(before);
});

test("what a receiver answers decides, and nothing of it but its head is read", async () => {
  const send = sender();
  const at = (path: string): Promise<unknown> =>
    send(delivery(`http://127.0.0.1:${plain.port}${path}`), never);
  expect(await at("/")).toEqual({ type: "delivered", status: 202 });
  expect(await at("/wrong")).toEqual({ type: "failed", failure: "answered 500" });
  expect(await at("/gone")).toEqual({ type: "gone" });
  expect(await at("/busy")).toEqual({ type: "failed", failure: "answered 503", retryAfterMs: 7_000 });
  expect(await at("/elsewhere")).toEqual({
    type: "failed",
    failure: "answered 307: redirects are not followed",
  });
});

test("a receiver that says nothing, or is not there, has failed", async () => {
  const send = sender(undefined, 200);
  const slow = delivery(`http://127.0.0.1:${plain.port}/slow`);
  expect(await send(slow, never)).toEqual({ type: "failed", failure: "no answer within 200 ms" });
  const nobody = await send(delivery("http://127.0.0.1:9/"), never);
  expect(nobody).toEqual({ type: "failed", failure: "nothing listens there" });
  const unknown = httpSender({
    answerMsMax: 200,
    userAgent: "test",
    resolve: () => new Promise(() => undefined),
  });
  expect(await unknown(delivery("https://nowhere.invalid/"), never)).toEqual({
    type: "failed",
    failure: "no answer within 200 ms",
  });
});

test("who gives an attempt up does not know whether it arrived", async () => {
  const controller = new AbortController();
  const outcome = sender()(delivery(`http://127.0.0.1:${plain.port}/slow`), controller.signal);
  controller.abort();
  expect(await outcome).toEqual({ type: "aborted" });
});
