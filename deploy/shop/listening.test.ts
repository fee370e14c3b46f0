import { afterEach, beforeEach, expect, test } from "bun:test";
import { ConfigError } from "../config.ts";
import { adminPlace, checkPlaces, publicPlace } from "./listening.ts";

let taken: Bun.TCPSocketListener;

function listen(port: number): Bun.TCPSocketListener {
  return Bun.listen({ hostname: "127.0.0.1", port, socket: { data: () => undefined } });
}

beforeEach(() => {
  taken = listen(0);
});

afterEach(() => {
  taken.stop(true);
});

function check(port: number, adminPort: number, host = "127.0.0.1"): void {
  checkPlaces([publicPlace(host, port), adminPlace("127.0.0.1", adminPort)]);
}

test("a port in use is told with its option, also when others listen on all addresses", () => {
  const { port } = taken;
  expect(() => check(port, 0)).toThrow(
    new ConfigError(`--port: cannot listen on 127.0.0.1:${port}: the port is in use`),
  );
  expect(() => check(0, port)).toThrow(`--admin-port: cannot listen on 127.0.0.1:${port}`);
  expect(() => check(port, 0, "0.0.0.0")).toThrow(`--port: cannot listen on 0.0.0.0:${port}`);
});

test("an address that this machine does not have is told", () => {
  expect(() => check(taken.port, 0, "192.0.2.1")).toThrow("this machine has no such address");
});

test("one port for both options is told, and no port is kept", () => {
  const { port } = taken;
  taken.stop(true);
  const same = new ConfigError(`--admin-port must be another port than --port; both are ${port}`);
  for (const host of ["127.0.0.1", "0.0.0.0"]) expect(() => check(port, port, host)).toThrow(same);
  check(port, 0);
  taken = listen(port);
});

test("one port at two addresses is no fault by itself: what keeps the second from listening is told as it is", () => {
  const { port } = taken;
  taken.stop(true);
  const away = adminPlace("192.0.2.1", port);
  expect(() => checkPlaces([publicPlace("127.0.0.1", port), away])).toThrow(
    `--admin-port: cannot listen on 192.0.2.1:${port}: this machine has no such address`,
  );
  taken = listen(port);
});
