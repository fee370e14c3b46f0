import { expect, test } from "bun:test";
import { parseNatsUrl } from "./nats-options.ts";

test("one server, with and without a port", () => {
  expect(parseNatsUrl("nats://nats.example:4333")).toEqual({
    servers: ["nats.example:4333"],
    isEncrypted: false,
  });
  expect(parseNatsUrl("tls://nats.example")).toEqual({ servers: ["nats.example:4222"], isEncrypted: true });
});

test("several servers, entered as the same user", () => {
  expect(parseNatsUrl("tls://node:p%40ss@a:1, tls://node:p%40ss@[::1]:2")).toEqual({
    servers: ["a:1", "[::1]:2"],
    isEncrypted: true,
    user: "node",
    password: "p@ss",
  });
});

test.each([
  ["", "is not nats://host:port or tls://host:port"],
  ["nats.example:4222", "is not nats://"],
  ["http://nats.example", "is not nats://"],
  ["nats://a:1,", "is not nats://"],
  ["nats://a:1,tls://b:1", "mixes nats:// and tls://"],
  ["nats://u:canary@a:1,nats://b:1", "names different users"],
  ["nats://u:canary@a:1/path", "has something after its port"],
  ["nats://u:canary@a:port", "is not nats://"],
  ["nats://u:canary%zz@a:1", "has a user or password with a %"],
  ["nats://canary%zz:p@a:1", "has a user or password with a %"],
  ["nats://:canary@a:1", "has a password and no user"],
])("%p is refused without its password", (text, message) => {
  const refusal = (() => {
    try {
      return parseNatsUrl(text);
    } catch (error) {
      return String(error);
    }
  })();
  expect(refusal).toContain(`NATS_URL ${message}`);
  expect(refusal).not.toContain("canary");
});
