import { describe, expect, test } from "bun:test";
import type { ProjectedPosition, ReadModels } from "../ports/read-models.ts";
import { CollectingLog } from "../testing/collecting-log.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { ScriptedJournal } from "../testing/scripted-journal.ts";
import { tallyDecider } from "../testing/tally.ts";
import { Projector, type ProjectorLimits } from "./projector.ts";

const tally = tallyDecider();

const LIMITS: ProjectorLimits = {
  idlePauseMs: 250,
  busyEventsPerSecond: 40,
  busyPauseFactor: 19,
  busyPauseMaxMs: 2_000,
  eventsPerRoundMax: 6,
  eventsPerShardMax: 3,
};

/** A journal that grows as a test says, and the rounds of positions that reach the read models. */
class ProjectionRig {
  readonly clock = new ManualClock();
  readonly journal = new ScriptedJournal(this.clock);
  readonly rounds: (readonly ProjectedPosition[])[] = [];
  /** How far the read models have followed, by shard. */
  readonly positions = new Map<number, number>();
  /** A shard of which nothing can be read. */
  damaged: number | undefined;
  /** As long as it is set nothing can be stored. */
  fault: Error | undefined;
  /** How long it takes to store a round, ms. */
  applyMs = 0;
  /** Runs after a round has been stored. */
  onApplied: () => Promise<void> = () => Promise.resolve();
  readonly projector: Projector;

  constructor() {
    const readModels: ReadModels = {
      positions: () => Promise.resolve(Array.from(this.positions, ([shard, seq]) => ({ shard, seq }))),
      apply: (_changes, positions) => {
        this.rounds.push(positions);
        this.clock.setBack(-this.applyMs);
        if (this.fault !== undefined) return Promise.reject(this.fault);
        for (const { shard, seq } of positions) this.positions.set(shard, seq);
        return this.onApplied();
      },
      clear: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    const { journal, clock } = this;
    const read = journal.read.bind(journal);
    const pick = journal.pick.bind(journal);
    journal.read = (shard, ...rest) => {
      if (shard === this.damaged) throw new Error("a segment is damaged");
      return read(shard, ...rest);
    };
    journal.pick = (shard, seqs) => {
      if (shard === this.damaged) throw new Error("a segment is damaged");
      return pick(shard, seqs);
    };
    const log = new CollectingLog();
    this.projector = new Projector({
      journal,
      readModels,
      deciders: [tally],
      clock,
      log,
      limits: LIMITS,
    });
  }

  /** Makes the journal of a shard longer; its takeover record is the first of the segments. */
  async grow(shard: number, segments: number, eventsPerSegment = 0): Promise<void> {
    const [claim] = await this.journal.claim([shard], "lane");
    if (claim === undefined) throw new Error("no claim");
    const { epoch } = claim;
    const events = Array.from({ length: eventsPerSegment }, () => ({ type: "Rang" }));
    const { kind, version } = tally;
    const actor = { tenant: "shop", kind, id: "A", version, events, keys: [] };
    for (let seq = claim.seq + 1; seq < claim.seq + segments; seq += 1) {
      const batchId = `${shard}-${seq}`;
      const body = {
        atMs: this.clock.nowMs(),
        actors: eventsPerSegment === 0 ? [] : [actor],
        sent: [],
        delivered: [],
        received: [],
        called: [],
        answered: [],
      };
      await this.journal.append([{ shard, seq, epoch, batchId, body }]);
    }
  }
}

describe("a projector", () => {
  test("catches up without a pause when the journal hardly grows", async () => {
    const rig = new ProjectionRig();
    await rig.grow(0, 9);
    rig.projector.start();
    await rig.clock.settle();
    expect(rig.rounds.map((positions) => positions.map(({ seq }) => seq))).toEqual([[3], [6], [9]]);
    expect(rig.projector.lagSegments).toBe(0);
    await rig.projector.stop();
  });

  test("in a rush takes one round between two pauses, of the shards that are furthest behind", async () => {
    const rig = new ProjectionRig();
    rig.projector.start();
    await rig.clock.settle();
    await rig.grow(0, 3);
    await rig.grow(1, 9);
    await rig.grow(2, 6);
    await rig.clock.advance(250);
    expect(rig.rounds).toEqual([
      [
        { shard: 1, seq: 3 },
        { shard: 2, seq: 3 },
      ],
    ]);
    expect(rig.projector.lagSegments).toBe(12);
    // Nothing has come since: the rush is over.
    await rig.clock.advance(250);
    expect(rig.projector.lagSegments).toBe(0);
    await rig.projector.stop();
  });

  test("takes of the last shard of a round no more than there is room for", async () => {
    const rig = new ProjectionRig();
    rig.projector.start();
    await rig.clock.settle();
    await rig.grow(0, 9, 2);
    await rig.grow(1, 8);
    await rig.clock.advance(250);
    // A takeover record and a segment of two events count four: there is room for two.
    expect(rig.rounds[0]).toEqual([
      { shard: 0, seq: 2 },
      { shard: 1, seq: 2 },
    ]);
    await rig.projector.stop();
  });

  test("takes fewer segments when they are those of a crowd", async () => {
    const rig = new ProjectionRig();
    await rig.grow(0, 3, 4);
    rig.projector.start();
    await rig.clock.settle();
    expect(rig.rounds.map((positions) => positions.map(({ seq }) => seq))).toEqual([[2], [3]]);
    await rig.projector.stop();
  });

  test("knows a rush by how much is in what is new, not in what is behind", async () => {
    const rig = new ProjectionRig();
    rig.projector.start();
    await rig.clock.settle();
    await rig.grow(0, 3, 4);
    await rig.clock.advance(250);
    expect(rig.rounds).toHaveLength(1);
    await rig.grow(0, 3);
    await rig.clock.advance(250);
    expect(rig.projector.lagSegments).toBe(0);
    await rig.projector.stop();
  });

  test("does not leave others out for a shard that grows faster than it is followed", async () => {
    const rig = new ProjectionRig();
    rig.projector.start();
    await rig.clock.settle();
    await rig.grow(1, 1);
    await rig.grow(0, 20, 1);
    await rig.clock.advance(250);
    expect(rig.rounds).toEqual([
      [
        { shard: 0, seq: 2 },
        { shard: 1, seq: 1 },
      ],
    ]);
    await rig.projector.stop();
  });

  test("does not try read models that cannot be stored as fast as they are refused", async () => {
    const rig = new ProjectionRig();
    rig.fault = new Error("No space left on device");
    await rig.grow(0, 3);
    rig.projector.start();
    await rig.clock.settle();
    expect(rig.rounds).toHaveLength(1);
    await rig.clock.advance(LIMITS.idlePauseMs - 1);
    expect(rig.rounds).toHaveLength(1);
    await rig.clock.advance(1);
    expect(rig.rounds).toHaveLength(2);
    await rig.projector.stop();
  });

  test("follows all other shards while one cannot be read, and that one once it can", async () => {
    const rig = new ProjectionRig();
    for (const shard of [0, 1, 2]) await rig.grow(shard, 4);
    rig.damaged = 0;
    rig.projector.start();
    await rig.clock.advance(1_000);
    expect(Object.fromEntries(rig.positions)).toEqual({ 1: 4, 2: 4 });
    expect(rig.projector.lagSegments).toBe(4);
    rig.damaged = undefined;
    await rig.clock.advance(1_000);
    expect(Object.fromEntries(rig.positions)).toEqual({ 0: 4, 1: 4, 2: 4 });
    await rig.projector.stop();
  });

  test("that is told to stop does not ask for one shard after the other of a database that is away", async () => {
    const rig = new ProjectionRig();
    for (const shard of [0, 1, 2]) await rig.grow(shard, 4);
    let asked = 0;
    let stopped: Promise<void> | undefined;
    rig.journal.read = () => {
      asked += 1;
      stopped ??= rig.projector.stop();
      throw new Error("the database is away");
    };
    rig.projector.start();
    await rig.clock.settle();
    await stopped;
    expect(asked).toBe(1);
  });

  test("that is told to stop ends its catching up, though the journal grows meanwhile", async () => {
    const rig = new ProjectionRig();
    await rig.grow(0, 9);
    rig.onApplied = async () => {
      const rounds = rig.rounds.length;
      if (rounds === 3) void rig.projector.stop();
      // Not for ever, so that a failure ends too.
      if (rounds < 20) await rig.grow(0, 9);
    };
    let looks = 0;
    const heads = rig.journal.heads.bind(rig.journal);
    rig.journal.heads = () => {
      looks += 1;
      if (looks > 50) throw new Error("it goes on and on");
      return heads();
    };
    await rig.projector.catchUp();
    expect(rig.rounds).toHaveLength(3);
  });

  test("does not rest for longer than a while after a round that took very long", async () => {
    const rig = new ProjectionRig();
    rig.projector.start();
    await rig.clock.settle();
    await rig.grow(0, 3, 4);
    // The machine slept, or the database did.
    rig.applyMs = 3_600_000;
    rig.clock.setBack(-LIMITS.idlePauseMs);
    await rig.clock.settle();
    expect(rig.rounds).toHaveLength(1);
    rig.applyMs = 0;
    await rig.clock.advance(LIMITS.busyPauseMaxMs);
    expect(rig.projector.lagSegments).toBe(0);
    await rig.projector.stop();
  });
});
