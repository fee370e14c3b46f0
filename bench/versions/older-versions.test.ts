import { describe, expect, test } from "bun:test";
import { UnknownVersion } from "../../engine/contract/upcast.ts";
import { Projector, defaultProjectorLimits } from "../../engine/projection/projector.ts";
import { ActorHistory } from "../../engine/operator/actor-history.ts";
import { Inbox } from "../../engine/operator/inbox.ts";
import { CollectingLog } from "../../engine/testing/collecting-log.ts";
import { ManualClock } from "../../engine/testing/manual-clock.ts";
import { UpcastingJournal } from "../../engine/upcasting/upcasting-journal.ts";
import { memoryReadModels } from "../../persistence/memory/read-models.ts";
import { snapshots } from "../history/checks/snapshots.ts";
import { readStoredShards } from "../history/stored-shards.ts";
import { folds } from "../verify/checks/folds.ts";
import { keys } from "../verify/checks/keys.ts";
import { sequence } from "../verify/checks/sequence.ts";
import { verifyJournal } from "../verify/verify-journal.ts";
import { earn, give, purseDecider, type PurseVersion } from "./testing/purse.ts";
import { addressOf, ReleaseRig } from "./testing/release-rig.ts";

const ALL_SHARDS = [0, 1, 2, 3, 4, 5, 6, 7];

/** A database in which each version has written to the same purses, the newest last. */
async function lived(...versions: readonly PurseVersion[]): Promise<ReleaseRig> {
  const rig = new ReleaseRig();
  for (const [index, version] of versions.entries()) {
    if (index > 0) await rig.stop();
    await rig.start(version);
    await rig.ask(rig.purse(0), earn(version, 100, 5));
    await rig.ask(rig.purse(0), give(version, rig.purse(1), 30));
    await rig.ask(rig.purse(0), give(version, rig.purse(0, 1), 3));
  }
  return rig;
}

describe("a release of version 3", () => {
  test("folds the events of version 1 to the state that it would have come to itself", async () => {
    const rig = await lived(1);
    await rig.start(3);
    expect(await rig.view(rig.purse(0))).toEqual({ balance: 72, moves: 4 });
    expect(await rig.view(rig.purse(1))).toEqual({ balance: 30, moves: 1 });
    expect(rig.faults).toEqual([]);
  });

  test("takes snapshots of version 1 as they are, without reading the journal again", async () => {
    const rig = await lived(1);
    await rig.stop();
    await rig.start(3);
    const readsAtStart = rig.reads;
    expect(await rig.view(rig.purse(0))).toEqual({ balance: 72, moves: 4 });
    expect(await rig.view(rig.purse(1))).toEqual({ balance: 30, moves: 1 });
    expect(rig.reads).toBe(readsAtStart);
  });

  test("reads shards in which all versions have written, with snapshots and without", async () => {
    const rig = await lived(1, 2, 3);
    const views = [await rig.view(rig.purse(0)), await rig.view(rig.purse(1))];
    expect(views).toEqual([
      { balance: 216, moves: 12 },
      { balance: 90, moves: 3 },
    ]);
    await rig.stop();
    for (const { shard, seq } of await rig.snapshots.checkpoints(ALL_SHARDS))
      await rig.snapshots.discard(shard, seq);
    await rig.start(3);
    expect([await rig.view(rig.purse(0)), await rig.view(rig.purse(1))]).toEqual(views);
  });

  test.each(["journal", "checkpoint"])(
    "delivers a message that version 1 has left in its %s",
    async (left) => {
      const rig = new ReleaseRig();
      await rig.start(1, [0]);
      await rig.ask(rig.purse(0), give(1, rig.purse(1), 30));
      if (left === "checkpoint") await rig.stop();
      await rig.start(3);
      expect(await rig.view(rig.purse(1))).toEqual({ balance: 30, moves: 1 });
      expect(rig.faults).toEqual([]);
    },
  );

  test.each(["journal", "checkpoint"])("makes a call that version 1 has left in its %s", async (left) => {
    const rig = new ReleaseRig();
    rig.postAnswers = false;
    await rig.start(1);
    await rig.ask(rig.purse(0), earn(1, 100));
    if (left === "checkpoint") await rig.stop();
    rig.posted.length = 0;
    rig.postAnswers = true;
    await rig.start(3);
    expect(rig.posted).toEqual([{ type: "Post", amount: 100 } as never]);
  });

  test.each(["journal", "checkpoint"])(
    "answers a key of version 1, left in its %s, word for word, though the command looks otherwise now",
    async (left) => {
      const rig = new ReleaseRig();
      await rig.start(1);
      const first = await rig.ask(rig.purse(0), earn(1, 100), "once");
      if (left === "checkpoint") await rig.stop();
      await rig.start(3);
      expect(await rig.ask(rig.purse(0), earn(3, 100), "once")).toEqual(first);
      await rig.ask(rig.purse(0), earn(3, 7), "mine");
      expect(await rig.ask(rig.purse(0), earn(3, 8), "mine")).toMatchObject({
        refusal: { code: "key_reused" },
      });
      expect(await rig.view(rig.purse(0))).toEqual({ balance: 107, moves: 2 });
    },
  );

  test("projects and verifies what all versions have written", async () => {
    const rig = await lived(1, 2, 3);
    const readModels = memoryReadModels();
    const { journal } = rig;
    const deciders = [purseDecider(3)];
    const limits = defaultProjectorLimits;
    const log = new CollectingLog();
    await new Projector({ journal, readModels, deciders, clock: new ManualClock(), log, limits }).catchUp();
    const rows = readModels.rows("stock").map(({ id, received }) => [`shop/purse/${String(id)}`, received]);
    expect(Object.fromEntries(rows)).toEqual({
      [rig.purse(0)]: 216,
      [rig.purse(0, 1)]: 9,
      [rig.purse(1)]: 90,
    });
    const checks = [sequence, keys, folds];
    const report = await verifyJournal(journal, { deciders, shardCount: 8, checks });
    expect([report.violations, report.actors]).toEqual([0, 3]);
  });
});

describe("what the release of version 3 makes of an actor of version 1", () => {
  async function stopped(): Promise<ReleaseRig> {
    const rig = await lived(1);
    await rig.stop();
    return rig;
  }

  test("is the same when its snapshot is damaged and it is rebuilt from the journal", async () => {
    const rig = await stopped();
    rig.losesSnapshots = true;
    await rig.start(3);
    const readsAtStart = rig.reads;
    expect(await rig.view(rig.purse(0))).toEqual({ balance: 72, moves: 4 });
    expect(rig.reads).toBeGreaterThan(readsAtStart);
    expect(rig.faults).toEqual([]);
  });

  test("is the same in what comes with a claim; what a newer release has written does not come", async () => {
    const rig = await lived(1, 2);
    await rig.stop();
    const shard = rig.shardOf(rig.purse(0));
    const missingTo = async (version: PurseVersion) => {
      const journal = new UpcastingJournal(rig.journal, new Map([["purse", purseDecider(version)]]));
      const [claim] = await journal.claim([shard], "another", undefined, new Map([[shard, 0]]));
      const versions = claim?.missing?.flatMap(({ body }) => body.actors.map((entry) => entry.version));
      return versions && new Set(versions);
    };
    expect(await missingTo(3)).toEqual(new Set([3]));
    expect(await missingTo(1)).toBeUndefined();
  });

  test("agrees with its snapshot, for an engineer and for the checker of histories", async () => {
    const rig = await stopped();
    const address = addressOf(rig.purse(0));
    const shard = rig.shardOf(rig.purse(0));
    const [snapshot] = await rig.snapshots.load(shard, [address]);
    const inbox = new Inbox(address);
    const decider = purseDecider(3);
    const journal = new UpcastingJournal(rig.journal, new Map([["purse", decider]]));
    const sources = { address, decider, shard, settledKeysMax: 32, snapshot, inbox };
    const history = new ActorHistory(sources);
    const types: string[] = [];
    for await (const page of journal.read(shard, 0))
      for (const segment of page)
        types.push(...(history.take(segment)?.events ?? []).map(({ type }) => type));
    expect(types).toEqual(["Moved", "Moved", "Moved", "Moved"]);
    expect(history.end()).toMatchObject({
      state: { balance: { amount: 72 }, moves: 4 },
      snapshot: { type: "agrees" },
      broken: undefined,
    });
    const deciders = [decider];
    const stored = await readStoredShards(rig.journal, rig.snapshots);
    const checks = [snapshots(stored, deciders)];
    const report = await verifyJournal(rig.journal, { deciders, shardCount: 8, checks });
    expect([report.violations, report.checked > 2]).toEqual([0, true]);
  });
});

describe("a release that meets a newer version than it knows", () => {
  test("does not open, says what to do, and leaves everything as it was", async () => {
    const rig = await lived(1, 3);
    await expect(rig.start(1)).rejects.toThrow(
      "knows the kind purse up to version 1: a newer release has written to this database. Start that release, or a later one",
    );
    await rig.start(3);
    expect(await rig.view(rig.purse(0))).toEqual({ balance: 144, moves: 8 });
  });

  test("ends when somebody wants an actor that only the newer release can read", async () => {
    const rig = await lived(1, 3);
    await rig.stop();
    await rig.start(1);
    expect(rig.faults).toEqual([]);
    await rig.view(rig.purse(0));
    expect(rig.faults).toEqual([expect.any(UnknownVersion)]);
  });

  test("is told by verify", async () => {
    const { journal } = await lived(1, 3);
    const report = await verifyJournal(journal, {
      deciders: [purseDecider(1)],
      shardCount: 8,
      checks: [folds],
    });
    expect(report.checks[0]?.examples[0]?.detail).toContain("a newer one wrote them");
  });
});
