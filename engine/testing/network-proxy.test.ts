import { expect, test } from "bun:test";
import { eventually } from "./eventually.ts";
import { NetworkProxy } from "./network-proxy.ts";

test("of several servers the first that takes a connection gets it; others are asked when it is gone", async () => {
  const visits: string[] = [];
  const serve = (name: string) =>
    Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: { open: () => void visits.push(name), data: () => undefined },
    });
  const [first, second] = [serve("first"), serve("second")];
  const ports = [first.port, second.port];
  const proxy = new NetworkProxy(() => ports);
  const visit = async (): Promise<void> => {
    const before = visits.length;
    const visitor = await Bun.connect({
      hostname: "127.0.0.1",
      port: proxy.port,
      socket: { data: () => undefined },
    });
    await eventually("a server has a visitor", () => visits.length > before);
    visitor.end();
  };
  await visit();
  first.stop(true);
  await visit();
  expect(visits).toEqual(["first", "second"]);
  proxy.close();
  second.stop(true);
});
