import type { AnyDecider } from "../contract/decider.ts";
import type { PlacedCall } from "../contract/segment.ts";
import type { Link } from "../transport/link.ts";
import { Activation } from "./activation.ts";
import type { ActorCell } from "./actor-cell.ts";
import { Arrivals, type ArrivalsDependencies } from "./arrivals.ts";
import type { Batch } from "./batch.ts";
import { Checkpointer, type Captured } from "./checkpointer.ts";
import { CommitStream } from "./commit-stream.ts";
import { DecisionDesk } from "./decision-desk.ts";
import { Departures, type DeparturesDependencies } from "./departures.ts";
import { Execution } from "./execution.ts";
import { ExternalCalls } from "./external-calls.ts";
import { Intake } from "./intake.ts";
import { KeptWork } from "./kept-work.ts";
import type { LaneDependencies } from "./lane-dependencies.ts";
import { LaneRecovery, type LaneRecoveryDependencies } from "./lane-recovery.ts";
import { LaneTime } from "./lane-time.ts";
import { Mailbox } from "./mailbox.ts";
import { Ownership } from "./ownership.ts";
import { PreparedShards } from "./prepared-shards.ts";
import { rebuild } from "./rebuild.ts";
import { Release } from "./release.ts";
import { Residents } from "./residents.ts";
import { Roster } from "./roster.ts";
import type { Shard } from "./shard.ts";
import { LaneCounters } from "./lane-counters.ts";
import { WakeUps } from "./wake-ups.ts";
import { Unhurried } from "./unhurried.ts";
import { Upkeep } from "./upkeep.ts";
import { UpcastingJournal } from "../upcasting/upcasting-journal.ts";
import { UpcastingSnapshots } from "../upcasting/upcasting-snapshots.ts";
import { TimerWindows } from "./timer-windows.ts";
import { Watchers } from "./watchers.ts";
import { Targets } from "./targets.ts";

/** What the parts ask of the lane that they make up. */
export interface LaneHooks {
  readonly serving: () => boolean;
  readonly recovering: () => boolean;
  readonly planTurn: () => void;
  readonly next: () => void;
  readonly durable: (batch: Batch, captured: Captured) => void;
  /** Memory is not to be trusted any more: it is thrown away and built anew. */
  readonly recover: (error: unknown) => void;
  readonly fatal: (error: unknown) => void;
  readonly self: Link;
}

/** The parts of one lane, wired together. */
export type LaneParts = ReturnType<typeof assembleLane>;

/** What the parts of a lane share. */
function sharedParts(dependencies: LaneDependencies) {
  const { clock, limits, shardCount } = dependencies;
  const deciders: ReadonlyMap<string, AnyDecider> = new Map(
    dependencies.deciders.map((decider) => [decider.kind, decider]),
  );
  // Behind these two, all that is stored looks as if this release had written it.
  const journal = new UpcastingJournal(dependencies.journal, deciders);
  const snapshots = new UpcastingSnapshots(dependencies.snapshots, deciders);
  const counters = new LaneCounters();
  return {
    ...dependencies,
    deciders,
    journal,
    snapshots,
    counters,
    roster: new Roster(),
    shards: new Map<number, Shard>(),
    mailbox: new Mailbox(limits.mailboxLengthMax),
    kept: new KeptWork(limits.mailboxLengthMax),
    targets: new Targets(shardCount),
    watchers: new Watchers(),
    time: new LaneTime(clock),
    residents: new Residents(),
    rebuild: (shard: Shard, cells: readonly ActorCell[]) =>
      rebuild({ ...dependencies, journal, counters }, shard, cells),
  };
}

/** Makes the parts of a lane. */
export function assembleLane(dependencies: LaneDependencies, hooks: LaneHooks) {
  const base = { ...sharedParts(dependencies), ...hooks };
  const { log, lane, limits, deciders, shards, mailbox, targets } = base;
  const unhurried = new Unhurried();
  const openBatchAtMs = (): number | undefined => commits.open?.atMs;
  const wakeUps: WakeUps = new WakeUps({ ...base, openBatchAtMs });
  const checkpointer = new Checkpointer(base);
  const timerWindows = new TimerWindows({ ...base, wake: () => hooks.serving() && wakeUps.wake() });
  const calls = new ExternalCalls({
    ...base,
    confirmed: () => ownership.isConfirmed(),
    answer: ({ tenant, kind, id, number }, command) => {
      const work = { type: "answer", to: targets.of(tenant, kind, id), number, command } as const;
      if (deciders.get(kind)?.unhurried?.has(command.type) === true) {
        unhurried.add(work);
        return;
      }
      mailbox.add(work);
      hooks.planTurn();
    },
  });
  const ownership = new Ownership(base);
  const release = new Release({ ...base, calls, ownership });
  const intake = new Intake({
    ...base,
    delivered: (fromShard, toShard, number) => {
      if (hooks.serving()) release.delivered(fromShard, toShard, number);
    },
  });
  const activation = new Activation({
    ...base,
    activated: (cell) => {
      const dueAtMs = cell.decider.dueAtMs(cell.state);
      if (dueAtMs !== undefined) wakeUps.schedule(cell, dueAtMs);
    },
    resume: (works) => {
      mailbox.resume(works);
      hooks.planTurn();
    },
  });
  const deciding = {
    ...base,
    schedule: (cell: ActorCell, dueAtMs: number) => wakeUps.schedule(cell, dueAtMs),
    repeatCall: (shardNumber: number, call: PlacedCall) => calls.repeatLater(shardNumber, call),
    reportFault: (err: unknown, address: string, command: string) => {
      base.counters.faults += 1;
      log.error({ err, lane, address, command }, "an actor could not take a command");
    },
  };
  const execution = new Execution(deciding);
  const desk = new DecisionDesk({ ...deciding, execution, activation });
  const commits = new CommitStream({ ...base, ownership, capture: () => checkpointer.capture(shards) });
  const { keysPerActorMax, timerWindowLength } = limits;
  const sources = { ...base, settledKeysMax: keysPerActorMax, timerWindowLength };
  const memory = { shards, mailbox, activation, commits, execution, ownership };
  const keeping = { ...base, ...memory, unhurried, calls, release, sources, wakeUps, openBatchAtMs };
  const moving = movingParts(keeping);
  const upkeep = new Upkeep({ ...keeping, ...moving, checkpointer, timerWindows });
  return { ...keeping, ...moving, intake, desk, checkpointer, timerWindows, upkeep };
}

/** The parts through which shards come, go, and are built anew. */
function movingParts(
  given: Omit<ArrivalsDependencies, "prepared" | "departures" | "served"> &
    Omit<LaneRecoveryDependencies, "departures"> &
    DeparturesDependencies & { readonly wakeUps: WakeUps },
) {
  const { release, wakeUps } = given;
  const departures = new Departures(given);
  const recovery = new LaneRecovery({ ...given, departures });
  const arrivals = new Arrivals({
    ...given,
    departures,
    prepared: new PreparedShards(given),
    served: (arrived) => {
      release.resume(arrived);
      wakeUps.wake();
    },
  });
  return { departures, recovery, arrivals };
}
