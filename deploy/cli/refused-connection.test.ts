import { expect, test } from "bun:test";
import { refusesConnections } from "./refused-connection.ts";

test("an address at which something listens refuses nobody, and does when it listens no more", async () => {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const urls = [`http://127.0.0.1:${server.port}`, `ws://localhost:${server.port}/v1/socket`];
  expect(await Promise.all(urls.map(refusesConnections))).toEqual([false, false]);
  await server.stop(true);
  expect(await Promise.all(urls.map(refusesConnections))).toEqual([true, true]);
});

test("a host that nobody knows has not refused", async () => {
  expect(await refusesConnections("https://nowhere.invalid")).toBe(false);
});
