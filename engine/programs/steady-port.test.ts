import { expect, test } from "bun:test";
import { STEADY_PORTS_FROM, steadyPort } from "./steady-port.ts";

const SOCKET = { data: () => undefined };

function listen(port: number) {
  return Bun.listen({ hostname: "127.0.0.1", port, socket: SOCKET });
}

test("steady ports are free, all different, and none that a connection gets", async () => {
  const ports = Array.from({ length: 20 }, () => steadyPort());
  expect(new Set(ports).size).toBe(20);
  const servers = ports.map(listen);
  try {
    const { promise, resolve } = Promise.withResolvers<number>();
    const client = await Bun.connect({
      hostname: "127.0.0.1",
      port: servers[0]?.port ?? 0,
      socket: { ...SOCKET, open: ({ localPort }) => resolve(localPort) },
    });
    const outgoing = await promise;
    client.end();
    if (outgoing >= STEADY_PORTS_FROM) expect(Math.max(...ports)).toBeLessThan(outgoing);
  } finally {
    for (const server of servers) server.stop(true);
  }
});

test("a port at which somebody listens, and one that was given before, is given to nobody else", () => {
  const server = listen(0);
  try {
    const outgoingFrom = 65_536;
    const drawOf = (port: number): number =>
      (port + 0.5 - STEADY_PORTS_FROM) / (outgoingFrom - STEADY_PORTS_FROM);
    const first = steadyPort({ outgoingFrom, draw: Math.random });
    const draws = [drawOf(server.port), drawOf(first)];
    const given = steadyPort({ outgoingFrom, draw: () => draws.shift() ?? Math.random() });
    expect([server.port, first]).not.toContain(given);
    expect(draws).toEqual([]);
  } finally {
    server.stop(true);
  }
});

test("where the system gives nearly all ports to connections, any free one will do", () => {
  const port = steadyPort({ outgoingFrom: 1_024 });
  expect(port).toBeGreaterThanOrEqual(1_024);
  listen(port).stop(true);
});
