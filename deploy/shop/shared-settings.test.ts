import { beforeEach, expect, test } from "bun:test";
import { encodeMessage } from "../../engine/shards/cluster-message.ts";
import type { SettingDigests } from "../../engine/shards/heartbeat.ts";
import { CollectingLog } from "../../engine/testing/collecting-log.ts";
import { ManualClock } from "../../engine/testing/manual-clock.ts";
import { ClusterTopics } from "../../engine/transport/bus/cluster-topics.ts";
import { MemoryBusServer } from "../../engine/transport/bus/memory-bus.ts";
import { settingDigests, SharedSettings } from "./shared-settings.ts";

const LISTEN_MS = 300;
const OURS = settingDigests("the secret", "the token");

let clock: ManualClock;
let log: CollectingLog;
let server: MemoryBusServer;
let settings: SharedSettings;

beforeEach(() => {
  clock = new ManualClock();
  log = new CollectingLog();
  server = new MemoryBusServer(clock);
  settings = new SharedSettings({ cluster: "shop", bus: server.connect(), clock, log, digests: OURS });
});

function beat(node: string, digests: SettingDigests | undefined): void {
  const heartbeat = { node, incarnation: 1, seq: 1, lanes: 1, databaseReachable: true, loads: [null] };
  const said = { ...heartbeat, release: "1.0.0", protocol: 1, ...(digests && { settings: digests }) };
  const sign = { type: "Beat", heartbeat: said, shards: { serving: 0, expected: 0 }, isLeaving: false };
  server.connect().publish(new ClusterTopics("shop").heartbeat(node), encodeMessage(sign));
}

/** Why the node cannot start; undefined when it can. */
async function refusal(): Promise<string | undefined> {
  const asked = settings.assertShared(LISTEN_MS).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  await clock.advance(LISTEN_MS);
  return asked;
}

test("a node that hears nobody starts, and so does one whose settings are those of all, or of whom it is not known", async () => {
  beat("node-b", settingDigests("the secret", "the token"));
  beat("node-c", undefined);
  expect(await refusal()).toBeUndefined();
});

test("another token, or another secret, is refused by its name and tells neither", async () => {
  beat("node-b", settingDigests("the secret", "another token"));
  expect(await refusal()).toContain("STAMPEDE_ADMIN_TOKEN: the node node-b of the cluster runs with another");
  beat("node-b", settingDigests("another secret", "the token"));
  const reason = await refusal();
  expect(reason).toContain("STAMPEDE_SECRET: the node node-b");
  expect(reason).not.toMatch(/the secret|the token/);
  expect(JSON.stringify(OURS)).not.toMatch(/the secret|the token/);
});

test("nodes that start at the same moment with different tokens say so once", async () => {
  await refusal();
  for (let times = 0; times < 3; times += 1) {
    beat("node-b", settingDigests("the secret", "another token"));
    await clock.advance(LISTEN_MS);
  }
  expect(log.errors).toHaveLength(1);
});
