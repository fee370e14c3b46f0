import { expect, test } from "bun:test";
import { steadyPort } from "./steady-port.ts";

test("a steady port is free, and none that a connection gets", async () => {
  const ports = Array.from({ length: 20 }, () => steadyPort());
  const servers = [...new Set(ports)].map((port) =>
    Bun.listen({ hostname: "127.0.0.1", port, socket: { data: () => undefined } }),
  );
  try {
    const { promise, resolve } = Promise.withResolvers<number>();
    const client = await Bun.connect({
      hostname: "127.0.0.1",
      port: servers[0]?.port ?? 0,
      socket: { open: ({ localPort }) => resolve(localPort), data: () => undefined },
    });
    expect(Math.max(...ports)).toBeLessThan(await promise);
    client.end();
  } finally {
    for (const server of servers) server.stop(true);
  }
});

test("a port at which somebody listens is given to nobody else", () => {
  const taken = steadyPort(() => 0.5);
  const server = Bun.listen({ hostname: "127.0.0.1", port: taken, socket: { data: () => undefined } });
  try {
    const draws = [0.5, 0.6];
    expect(steadyPort(() => draws.shift() ?? 0)).not.toBe(taken);
    expect(draws).toEqual([]);
  } finally {
    server.stop(true);
  }
});
