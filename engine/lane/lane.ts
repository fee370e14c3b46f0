import { UnknownVersion } from "../contract/upcast.ts";
import type { Adopted } from "../ports/node-threads.ts";
import type { Item } from "../transport/items.ts";
import type { Link } from "../transport/link.ts";
import { adopted } from "./arrivals.ts";
import type { Batch } from "./batch.ts";
import type { Captured } from "./checkpointer.ts";
import type { LaneDependencies } from "./lane-dependencies.ts";
import { assembleLane, type LaneParts } from "./lane-parts.ts";
import type { LaneWork } from "./lane-meter.ts";
import { isLoss } from "./lane-recovery.ts";
import { laneStatistics, type LaneState, type LaneStatistics } from "./lane-statistics.ts";
import type { Shard } from "./shard.ts";
import { turnAway } from "./turn-away.ts";
import { Unanswered } from "./unanswered.ts";
import type { Work } from "./work.ts";

/**
 * A worker's share of the shards, which changes while it serves, and their one ordered stream of commits.
 *
 * Frames come in (`Intake`) and wait (`Mailbox`); a turn decides what waits into the open batch (`DecisionDesk`,
 * `Execution`); the batch is appended as soon as the one before is durable (`CommitStream`); only then its replies,
 * views, messages and calls leave (`Release`). When an append does not return normally, memory is thrown away and built
 * anew from the journal (`LaneRecovery`).
 */
export class Lane {
  readonly #dependencies: LaneDependencies;
  readonly #parts: LaneParts;
  #state: LaneState = "new";
  #stopping = false;
  #turnPlanned = false;
  /** The work that is being decided. */
  #taking: Work | undefined;
  /** Tells {@link stop} to look again. */
  #wakeStop: () => void = () => undefined;

  constructor(dependencies: LaneDependencies) {
    this.#dependencies = dependencies;
    const self: Link = { send: (item) => this.receive(self, [item]) };
    this.#parts = assembleLane(dependencies, {
      self,
      serving: () => this.#state === "serving",
      recovering: () => this.#state === "recovering",
      planTurn: () => this.#planTurn(),
      next: () => this.#next(),
      durable: (batch, captured) => this.#durable(batch, captured),
      recover: (error) => this.#recover(error),
      fatal: (error) => this.#end(error),
    });
  }

  get state(): LaneState {
    return this.#state;
  }

  /** The shards that it serves, ascending. */
  get shards(): readonly number[] {
    return this.#parts.roster.serving;
  }

  /**
   * Starts to serve, with those shards that it is given now.
   * @throws when one of them cannot be taken over or read.
   */
  async open(shards: readonly number[] = []): Promise<void> {
    this.#state = "serving";
    const { faults } = await this.#parts.arrivals.adopt(shards);
    if (faults.size > 0) throw [...faults.values()][0];
    this.#parts.upkeep.start();
  }

  /**
   * Reads shards that another owner still has, so that {@link adopt} has little left to do, and keeps what comes for them.
   * Forgotten when they are not adopted within `preparedForMs`. Asked again it reads on from where it is.
   * @throws when one of them cannot be read, or the lane stops.
   */
  prepare(shards: readonly number[]): Promise<void> {
    return this.#parts.arrivals.prepare(shards);
  }

  /**
   * Takes shards over, whoever has them, rebuilds them from the journal and serves those that can be read; the others are
   * served meanwhile. Shards that are here already, or on their way, are left alone.
   * @throws when one of them cannot be taken over: none of those that were missing is served then.
   */
  async adopt(shards: readonly number[]): Promise<Adopted> {
    return adopted(await this.#parts.arrivals.adopt(shards));
  }

  /**
   * Lets shards go: who waits for them is told that they have moved, and nothing more is decided about them. Resolves when
   * everything that was decided is durable, so that another owner finds it. Shards that are not here are none to let go.
   */
  async letGo(shards: readonly number[]): Promise<void> {
    const { arrivals, departures } = this.#parts;
    await Promise.all([arrivals.cancel(shards), departures.begin(shards)]);
  }

  /** Shards have other owners by now: what was on its way to the earlier ones is sent again. */
  rerouted(shards: readonly number[]): void {
    if (this.#state === "serving") this.#parts.release.repeatTo(shards);
  }

  /** What is watched over this link is not wanted any more, or will be asked for again. */
  forget(link: Link): void {
    this.#parts.watchers.forgetLink(link);
  }

  /** Takes in a frame. `link` is where it came from and where its answers go. */
  receive(link: Link, items: readonly Item[]): void {
    const { intake } = this.#parts;
    for (const item of items) intake.take(link, item);
    this.#planTurn();
  }

  /**
   * Finishes what is in flight, stores what recovery would have to fold, and stops. Clients' work that comes meanwhile is
   * refused as overloaded; who still waits at the end is answered `unknown`.
   */
  async stop(): Promise<void> {
    const { intake, recovery, arrivals, unhurried, mailbox, upkeep, checkpointer, shards } = this.#parts;
    this.#stopping = true;
    intake.close();
    arrivals.close();
    mailbox.resume(unhurried.drain());
    recovery.giveUp();
    upkeep.stop();
    await this.#drained();
    if (this.#state === "serving") {
      // From here on nothing is decided: what still comes in is repeated by its sender after the next start. Else a
      // checkpoint could hold what no segment has.
      this.#state = "closing";
      await checkpointer.saveAll(shards);
    }
    this.#halt();
  }

  statistics(): LaneStatistics {
    return laneStatistics(this.#dependencies.lane, this.#state, this.#parts);
  }

  /** What it has done since it started, for a {@link LaneMeter}. */
  work(): LaneWork {
    const { counters, mailbox, shards } = this.#parts;
    const { workUnits: units, taken, overloaded: refused } = counters;
    return { units, taken, refused, waiting: mailbox.length, shards };
  }

  #planTurn(): void {
    if (this.#turnPlanned) return;
    this.#turnPlanned = true;
    this.#dependencies.clock.soon(() => {
      this.#turnPlanned = false;
      this.#turn();
    });
  }

  /** Decides what waits, as far as it fits into the open batch, and commits if nothing is being committed. */
  #turn(): void {
    if (this.#state !== "serving") return;
    const { arrivals, activation, commits, wakeUps, mailbox } = this.#parts;
    try {
      arrivals.admit();
      this.#decideWaiting();
      this.#decideUnhurried();
      activation.start();
      commits.advance();
      // What was too late for the batch that is sealed now.
      arrivals.admit();
      wakeUps.plan();
    } catch (error) {
      // Memory may be half changed: it is thrown away and built anew from the journal.
      this.#recover(error);
      return;
    }
    if (mailbox.length > 0 && commits.hasRoom) this.#planTurn();
    this.#wakeStop();
  }

  #decideWaiting(): void {
    const { mailbox, commits, activation, desk, shards } = this.#parts;
    if (mailbox.length === 0) return;
    const batch = commits.batch();
    while (commits.hasRoom) {
      const work = mailbox.take();
      if (work === undefined) break;
      if (activation.keepsOrder(work)) continue;
      this.#taking = work;
      if (desk.take(work, batch) === "cold") activation.park(work, shards.get(work.to.shardNumber) as Shard);
    }
    this.#taking = undefined;
  }

  /** What nobody waits for goes with what is stored anyway. */
  #decideUnhurried(): void {
    const { unhurried, commits, mailbox } = this.#parts;
    if (commits.open === undefined || mailbox.length > 0) return;
    mailbox.resume(unhurried.joining(commits.open));
    this.#decideWaiting();
  }

  #durable(batch: Batch, captured: Captured): void {
    const { release, checkpointer, departures } = this.#parts;
    release.batch(batch);
    checkpointer.save(captured);
    departures.durable(batch);
  }

  /** A commit was made: the next one follows. */
  #next(): void {
    this.#parts.recovery.succeeded();
    // Not at once: a provider that answers immediately, and frames that are there, still get into the next commit. An
    // order rests on three commits, one after the other; each that it does not miss is latency saved.
    this.#planTurn();
  }

  /** Throws memory away, answers whoever waits, and builds everything anew from the journal. */
  #recover(cause: unknown): void {
    if (this.#state !== "serving") return;
    if (cause instanceof UnknownVersion) return this.#end(cause);
    const { log, lane } = this.#dependencies;
    const { recovery, counters, wakeUps } = this.#parts;
    this.#state = "recovering";
    counters.recoveries += 1;
    wakeUps.cancel();
    const dropped = recovery.drop(this.#taking);
    this.#taking = undefined;
    // A lane that may end because of it tells nobody anything before that is decided.
    if (!isLoss(cause)) {
      log.warn({ err: cause, lane }, "lane drops its memory and recovers from the journal");
      recovery.answerUnsealed(dropped);
    }
    recovery
      .rebuild(dropped)
      .then(() => this.#serve())
      .catch((error: unknown) => this.#end(error));
    this.#wakeStop();
  }

  #serve(): void {
    if (this.#state !== "recovering" || this.#stopping) return;
    const { shards, time, watchers, mailbox, release, wakeUps, departures, roster } = this.#parts;
    this.#state = "serving";
    departures.settled();
    turnAway(mailbox.remove(({ to }) => roster.phaseOf(to.shardNumber) !== "serving"));
    for (const shard of shards.values()) time.notBefore(shard.atMs);
    for (const { target: watched, link } of watchers.all()) {
      // What is watched of shards on their way here is kept until they are.
      if (roster.phaseOf(watched.shardNumber) !== "serving") continue;
      mailbox.add({ type: "view", to: watched, link, correlation: 0 });
    }
    release.resume(shards.values());
    wakeUps.wake();
  }

  /** Resolves when nothing waits and nothing is in flight, or when the lane does not serve any more. */
  async #drained(): Promise<void> {
    const { mailbox, commits, activation } = this.#parts;
    // Whatever still waits or is in flight ends in a turn.
    this.#planTurn();
    while (this.#state === "serving" && !(mailbox.length === 0 && commits.idle && activation.idle)) {
      await new Promise<void>((resolve) => {
        this.#wakeStop = resolve;
      });
    }
  }

  #halt(): void {
    const { wakeUps, mailbox, activation, shards, departures, upkeep } = this.#parts;
    this.#state = "stopped";
    upkeep.stop();
    wakeUps.cancel();
    departures.settled();
    const left = new Unanswered();
    left.addWaiting(shards.values());
    left.addWorks([...activation.abandon(), ...mailbox.drain()]);
    left.answer({ type: "unknown", retryAfterMs: this.#dependencies.limits.retryAfterMs });
  }

  /** The lane cannot go on; nothing that waits for a commit leaves any more. */
  #end(error: unknown): void {
    if (this.#state === "stopped") return;
    this.#state = "stopped";
    const { upkeep, wakeUps, intake, activation } = this.#parts;
    upkeep.stop();
    activation.abandon();
    wakeUps.cancel();
    intake.close();
    this.#wakeStop();
    this.#dependencies.fatal(error);
  }
}
