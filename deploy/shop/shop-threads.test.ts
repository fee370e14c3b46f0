import { afterEach, beforeEach, expect, test } from "bun:test";
import type { GatewaySettings } from "../workers/gateway-worker.ts";
import { ShopThreads } from "./shop-threads.ts";

const SECRET = "a-secret-that-is-long-enough-for-sessions";

let threads: ShopThreads;
let taken: Bun.TCPSocketListener;

beforeEach(() => {
  threads = new ShopThreads({ lanes: 0, gateways: 1 }, () => undefined);
  taken = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
});

afterEach(async () => {
  await threads.stopGateways();
  taken.stop(true);
});

/** What a gateway says that cannot be opened so. */
async function refusal(settings: Partial<GatewaySettings>): Promise<string> {
  const whole = {
    node: "shop",
    port: 0,
    host: "127.0.0.1",
    shardCount: 1,
    // Nobody connects to it before somebody asks for a list.
    databaseUrl: "postgres://nobody@127.0.0.1:9/nothing",
    cluster: undefined,
    secret: SECRET,
    tenant: "shop",
    shopId: "shop",
    shopName: "Shop",
    allowedOrigins: [],
    secureCookies: false,
    assets: new Map(),
    logLevel: "error" as const,
    ...settings,
  };
  return threads
    .openGateways(whole, () => undefined)
    .then(
      () => "open",
      (error: unknown) => String(error),
    );
}

test("a gateway whose port is taken says so by the option", async () => {
  const { port } = taken;
  expect(await refusal({ port })).toBe(
    `ConfigError: --port: cannot listen on 127.0.0.1:${port}: the port is in use`,
  );
});

test("a gateway that cannot be opened for another reason does not blame its port", async () => {
  expect(await refusal({ secret: "short" })).toBe(
    "RangeError: the session secret must have at least 32 bytes",
  );
});
