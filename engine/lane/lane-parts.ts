import type { Address } from "../contract/address.ts";
import type { AnyDecider } from "../contract/decider.ts";
import { shardsOf } from "../routing/placement.ts";
import { shardOf } from "../routing/shard-hash.ts";
import type { Link } from "../transport/link.ts";
import { Activation } from "./activation.ts";
import type { ActorCell } from "./actor-cell.ts";
import type { Batch } from "./batch.ts";
import { Checkpointer, type CapturedShard } from "./checkpointer.ts";
import { CommitStream } from "./commit-stream.ts";
import { DecisionDesk } from "./decision-desk.ts";
import { Execution } from "./execution.ts";
import { ExternalCalls } from "./external-calls.ts";
import { Intake } from "./intake.ts";
import type { LaneDependencies } from "./lane-dependencies.ts";
import { LaneRecovery } from "./lane-recovery.ts";
import { LaneTime } from "./lane-time.ts";
import { Mailbox } from "./mailbox.ts";
import { Release } from "./release.ts";
import type { Shard } from "./shard.ts";
import { LaneCounters } from "./statistics.ts";
import { WakeUps } from "./wake-ups.ts";
import { Watchers } from "./watchers.ts";
import { target, trustedAddress } from "./work.ts";

/** What the parts ask of the lane that they make up. */
export interface LaneHooks {
  readonly serving: () => boolean;
  readonly planTurn: () => void;
  readonly turn: () => void;
  readonly durable: (batch: Batch, captured: CapturedShard | undefined) => void;
  readonly appendFailed: (error: unknown) => void;
  readonly recover: (error: unknown) => void;
  readonly fatal: (error: unknown) => void;
  readonly self: Link;
}

/** The parts of one lane, wired together. */
export type LaneParts = ReturnType<typeof assembleLane>;

/** Makes the parts of a lane. */
export function assembleLane(dependencies: LaneDependencies, hooks: LaneHooks) {
  const { clock, log, lane, limits, placement, journal, snapshots } = dependencies;
  const { planTurn, recover, fatal } = hooks;
  const shards = new Map<number, Shard>();
  const counters = new LaneCounters();
  const watchers = new Watchers();
  const time = new LaneTime(clock);
  const mailbox = new Mailbox(limits.mailboxLengthMax);
  const deciders: ReadonlyMap<string, AnyDecider> = new Map(
    dependencies.deciders.map((decider) => [decider.kind, decider]),
  );
  const wakeUps: WakeUps = new WakeUps({
    ...{ shards, mailbox, time, clock, planTurn },
    openBatchAtMs: () => commits.open?.atMs,
  });
  const reportFault = (err: unknown, address: string, command: string): void =>
    log.error({ err, lane, address, command }, "an actor could not take a command");
  const schedule = (cell: ActorCell, dueAtMs: number): void => wakeUps.schedule(cell, dueAtMs);
  const checkpointer = new Checkpointer({ snapshots, clock, log, limits, counters });
  const calls = new ExternalCalls({
    ...{ ports: dependencies.ports, clock, log, limits },
    answer: (shardNumber, { tenant, kind, id, number }, command) => {
      const to = target(trustedAddress(tenant, kind, id), shardNumber);
      mailbox.add({ type: "answer", number, command, ...to });
      planTurn();
    },
  });
  const release = new Release({
    ...{ lane, placement, shards, calls, clock, limits },
    ...{ peer: dependencies.peer, self: hooks.self },
  });
  const intake = new Intake({
    ...{ lane, placement, deciders, mailbox, watchers, limits, counters },
    delivered: (fromShard, toShard, number) => {
      if (hooks.serving()) release.delivered(fromShard, toShard, number);
    },
  });
  const activation = new Activation({
    ...{ journal, snapshots, deciders },
    activated: (cell) => {
      const dueAtMs = cell.decider.dueAtMs(cell.state);
      if (dueAtMs !== undefined) wakeUps.schedule(cell, dueAtMs);
    },
    resume: (works) => {
      mailbox.resume(works);
      planTurn();
    },
    failed: recover,
  });
  const execution = new Execution({
    ...{ shards, deciders, counters, schedule, reportFault },
    shardOf: (address: Address) => shardOf(address, placement.shardCount),
  });
  const desk = new DecisionDesk({
    ...{ execution, limits, counters, schedule, reportFault },
    repeatCall: (shardNumber, call) => calls.repeatLater(shardNumber, call),
  });
  const commits = new CommitStream({
    ...{ journal, entropy: dependencies.entropy, time, limits, counters, watchers, fatal },
    capture: () => checkpointer.capture(shards),
    durable: hooks.durable,
    next: hooks.turn,
    failed: hooks.appendFailed,
  });
  const recovery = new LaneRecovery({
    ...{ lane, owner: dependencies.owner, clock, log, limits, release },
    ...{ shards, mailbox, activation, commits, execution },
    shardNumbers: shardsOf(placement, lane),
    sources: { journal, snapshots, deciders, settledKeysMax: limits.keysPerActorMax },
  });
  return {
    ...{ shards, counters, watchers, time, mailbox, intake, activation, desk, commits },
    ...{ release, calls, wakeUps, checkpointer, recovery },
  };
}
