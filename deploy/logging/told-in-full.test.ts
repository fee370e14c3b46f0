import { expect, test } from "bun:test";
import type { Log } from "../../engine/ports/log.ts";
import type { NodeThreads } from "../../engine/ports/node-threads.ts";
import { encodeMessage } from "../../engine/shards/cluster-message.ts";
import { LaneShards } from "../../engine/shards/lane-shards.ts";
import { ManualClock } from "../../engine/testing/manual-clock.ts";
import { ClusterTopics } from "../../engine/transport/bus/cluster-topics.ts";
import { MemoryBusServer } from "../../engine/transport/bus/memory-bus.ts";
import { UnknownVersion, UnknownVersions } from "../../engine/transport/unknown-versions.ts";
import { settingDigests, SharedSettings } from "../shop/shared-settings.ts";
import { createLog } from "./log.ts";

/** What is in the log of whoever does something with it. */
async function logOf(act: (log: Log) => Promise<void> | void): Promise<string> {
  const written: string[] = [];
  const destination = { write: (text: string) => written.push(text) };
  await act(createLog({ thread: "main", level: "info", readable: true, destination }));
  return written.join("");
}

test("why a shard cannot be read is in the log", async () => {
  const text = await logOf(async (log) => {
    const why = "segment of shard 3 is damaged: its checksum is wrong";
    const threads = {
      adopt: () => Promise.resolve({ served: [], unread: [{ shard: 3, why }] }),
    } as unknown as NodeThreads;
    const limits = { adoptAtOnceMax: 2, retryMs: 500, retryMaxMs: 2_000, leavingMs: 10_000 };
    const refresh = () => Promise.resolve();
    const clock = new ManualClock();
    const lane = new LaneShards({ lane: 0, threads, clock, log, limits, expected: () => [3], refresh });
    await lane.agree();
  });
  expect(text).toContain("its checksum is wrong");
});

test("of whom something came that this release does not read is in the log", async () => {
  const text = await logOf((log) =>
    new UnknownVersions(log).met("node-b", new UnknownVersion("frame", 9, 1)),
  );
  expect(text).toContain("node-b");
});

test("which setting a node has of its own is in the log", async () => {
  const text = await logOf(async (log) => {
    const clock = new ManualClock();
    const server = new MemoryBusServer(clock);
    const digests = settingDigests("the secret", "the token");
    const settings = new SharedSettings({ cluster: "shop", bus: server.connect(), clock, log, digests });
    const asked = settings.assertShared(1);
    await clock.advance(1);
    await asked;
    const heartbeat = {
      node: "node-b",
      incarnation: 1,
      seq: 1,
      lanes: 1,
      databaseReachable: true,
      loads: [null],
    };
    const said = {
      ...heartbeat,
      release: "1.0.0",
      protocol: 1,
      settings: settingDigests("the secret", "another"),
    };
    const sign = { type: "Beat", heartbeat: said, shards: { serving: 0, expected: 0 }, isLeaving: false };
    server.connect().publish(new ClusterTopics("shop").heartbeat("node-b"), encodeMessage(sign));
    await clock.advance(1);
  });
  expect(text).toContain("STAMPEDE_ADMIN_TOKEN");
});
