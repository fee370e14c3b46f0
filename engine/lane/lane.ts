import type { Address } from "../contract/address.ts";
import type { AnyDecider, Typed } from "../contract/decider.ts";
import type { PlacedCall } from "../contract/segment.ts";
import type { Clock } from "../ports/clock.ts";
import type { Answer } from "../ports/dispatcher.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { ExternalPort } from "../ports/external.ts";
import { AppendFault, type Journal } from "../ports/journal.ts";
import type { Log } from "../ports/log.ts";
import type { SnapshotStore } from "../ports/snapshots.ts";
import { laneOf, shardsOf, type Placement } from "../routing/placement.ts";
import { shardOf } from "../routing/shard-hash.ts";
import { ANSWER, COMMAND, DELIVERED, MESSAGE, READ, UNWATCH, WATCH, type Item } from "../transport/items.ts";
import type { Link } from "../transport/link.ts";
import { Activation } from "./activation.ts";
import { Batch, type Output } from "./batch.ts";
import { Checkpointer, type CapturedShard } from "./checkpointer.ts";
import { DecisionDesk } from "./decision-desk.ts";
import { ExternalCalls } from "./external-calls.ts";
import type { LaneLimits } from "./limits.ts";
import { Mailbox } from "./mailbox.ts";
import { recoverShards } from "./recovery.ts";
import type { Shard } from "./shard.ts";
import { histogramData, LaneCounters, type LaneStatistics } from "./statistics.ts";
import { viewItem, Watchers } from "./watchers.ts";
import { target, trustedAddress } from "./work.ts";

const TICK_MS = 250;

/** What a lane runs on. */
export interface LaneDependencies {
  readonly lane: number;
  /** Names this run of this lane in the journal's takeover records. */
  readonly owner: string;
  readonly placement: Placement;
  readonly deciders: readonly AnyDecider[];
  readonly journal: Journal;
  readonly snapshots: SnapshotStore;
  readonly ports: ReadonlyMap<string, ExternalPort>;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly limits: LaneLimits;
  /** The link to another lane of this node. */
  readonly peer: (lane: number) => Link;
  /** Called once when the lane cannot go on: the node has to end. */
  readonly fatal: (error: unknown) => void;
}

/** What a lane is doing. */
export type LaneState = "new" | "recovering" | "serving" | "stopped";

/** A sealed batch whose commit is in flight. */
interface Commit {
  readonly batch: Batch;
  readonly outputs: readonly Output[];
  readonly captured: CapturedShard | undefined;
  readonly startedAtMs: number;
}

/**
 * A worker's share of the shards and their one ordered stream of commits.
 *
 * It decides what arrives into an open batch, and appends a batch as soon as the one before is durable: an idle lane
 * commits at once, a busy one in large batches, without any timer (causal group commit). Replies, views, messages and
 * calls leave only after the commit of all that they may rest on.
 */
export class Lane {
  readonly #dependencies: LaneDependencies;
  readonly #deciders: ReadonlyMap<string, AnyDecider>;
  readonly #mailbox: Mailbox;
  readonly #watchers = new Watchers();
  readonly #counters = new LaneCounters();
  readonly #calls: ExternalCalls;
  readonly #activation: Activation;
  readonly #checkpointer: Checkpointer;
  readonly #shards = new Map<number, Shard>();
  readonly #desk: DecisionDesk;
  readonly #self: Link = { send: (item) => this.receive(this.#self, [item]) };
  #state: LaneState = "new";
  #batch: Batch | undefined;
  #commit: Commit | undefined;
  #turnPlanned = false;
  #lastAtMs = 0;
  #wakeAtMs = Number.POSITIVE_INFINITY;
  #cancelWake: () => void = () => undefined;
  #cancelTick: () => void = () => undefined;
  #idle: () => void = () => undefined;

  constructor(dependencies: LaneDependencies) {
    this.#dependencies = dependencies;
    const { limits, clock, log, journal, snapshots, ports } = dependencies;
    const counters = this.#counters;
    this.#deciders = new Map(dependencies.deciders.map((decider) => [decider.kind, decider]));
    this.#mailbox = new Mailbox(limits.mailboxLengthMax);
    this.#calls = new ExternalCalls({
      ports,
      clock,
      log,
      limits,
      answer: (shard, call, answer) => this.#callAnswered(shard, call, answer),
    });
    this.#activation = new Activation({
      journal,
      snapshots,
      deciders: this.#deciders,
      resume: (works) => {
        this.#mailbox.resume(works);
        this.#planTurn();
      },
      failed: (error) => this.#recover(error),
    });
    this.#checkpointer = new Checkpointer({ snapshots, clock, log, limits, counters });
    this.#desk = new DecisionDesk(this.#shards, {
      deciders: this.#deciders,
      shardOf: (address) => this.#shardOf(address),
      limits,
      counters,
      reportFault: (error, addressText, commandType) =>
        log.error(
          { err: error, address: addressText, command: commandType },
          "a decider failed; command refused",
        ),
    });
  }

  get state(): LaneState {
    return this.#state;
  }

  /** Takes the lane's shards over, rebuilds them from the journal and starts to serve. */
  async open(): Promise<void> {
    this.#state = "recovering";
    await this.#load();
    this.#serve();
    this.#tick();
  }

  /** Takes in a frame. `link` is where it came from and where its answers go. */
  receive(link: Link, items: readonly Item[]): void {
    for (const item of items) this.#receiveItem(link, item);
    this.#planTurn();
  }

  /** Finishes what is in flight, stores what recovery would have to fold, and stops. */
  async stop(): Promise<void> {
    this.#cancelTick();
    this.#cancelWake();
    if (this.#state === "serving") {
      await this.#drained();
      await this.#checkpointAll();
    }
    this.#state = "stopped";
  }

  statistics(): LaneStatistics {
    const shards = [...this.#shards.values()];
    const counters = this.#counters;
    return {
      lane: this.#dependencies.lane,
      state: this.#state,
      commandsByKind: { ...counters.commandsByKind },
      refusalsByCode: { ...counters.refusalsByCode },
      overloaded: counters.overloaded,
      expired: counters.expired,
      commits: counters.commits,
      events: counters.events,
      commitSegments: histogramData(counters.commitSegments),
      commitEvents: histogramData(counters.commitEvents),
      commitMs: histogramData(counters.commitMs),
      recoveries: counters.recoveries,
      checkpoints: counters.checkpoints,
      mailboxDepth: this.#mailbox.length,
      activatedActors: shards.reduce((sum, shard) => sum + shard.cells.size, 0),
      shards: shards.length,
      outboxPending: shards.reduce((sum, shard) => sum + shard.outbox.pending().length, 0),
      callsPending: this.#calls.pending,
    };
  }

  #receiveItem(link: Link, item: Item): void {
    switch (item[0]) {
      case COMMAND: {
        if (this.#mailbox.full) {
          this.#counters.overloaded += 1;
          const { retryAfterMs } = this.#dependencies.limits;
          link.send([ANSWER, item[1], { type: "overloaded", retryAfterMs }]);
          return;
        }
        this.#mailbox.add({ type: "command", link, item, ...this.#target(item[2], item[3], item[4]) });
        return;
      }
      case READ:
        this.#mailbox.add({
          type: "view",
          link,
          correlation: item[1],
          ...this.#target(item[2], item[3], item[4]),
        });
        return;
      case WATCH: {
        const watched = this.#target(item[1], item[2], item[3]);
        this.#watchers.add(watched, link);
        this.#mailbox.add({ type: "view", link, correlation: 0, ...watched });
        return;
      }
      case UNWATCH:
        this.#watchers.remove(this.#target(item[1], item[2], item[3]), link);
        return;
      case MESSAGE: {
        const [, fromShard, , number, tenant, kind, id, command] = item;
        this.#mailbox.add({ type: "message", fromShard, number, command, ...this.#target(tenant, kind, id) });
        return;
      }
      case DELIVERED:
        this.#delivered(item[1], item[2], item[3]);
        return;
      default:
        return;
    }
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
    try {
      this.#decideWaiting();
      this.#activation.start();
      this.#commitBatch();
      this.#planWake();
      // A full batch was sealed, or one that needed no commit has gone: what still waits starts the next one.
      if (this.#batch === undefined && this.#mailbox.length > 0) this.#planTurn();
    } catch (error) {
      // Memory may be half changed: it is thrown away and built anew from the journal.
      this.#recover(error);
    }
  }

  #decideWaiting(): void {
    if (this.#mailbox.length === 0) return;
    const batch = this.#openBatch();
    while (batch.decisions < this.#dependencies.limits.batchDecisionsMax) {
      const work = this.#mailbox.take();
      if (work === undefined) return;
      if (this.#activation.keepsOrder(work)) continue;
      if (this.#desk.take(work, batch) === "cold") {
        this.#activation.park(work, this.#shards.get(work.shardNumber) as Shard);
      }
    }
  }

  #openBatch(): Batch {
    if (this.#batch === undefined) {
      const { clock, entropy } = this.#dependencies;
      this.#lastAtMs = Math.max(this.#lastAtMs, clock.nowMs());
      this.#batch = new Batch(entropy.uuid(), this.#lastAtMs);
    }
    return this.#batch;
  }

  /** Seals and appends the open batch, unless a commit is in flight: then the batch goes on filling. */
  #commitBatch(): void {
    const batch = this.#batch;
    if (batch === undefined || this.#commit !== undefined) return;
    this.#batch = undefined;
    const segments = batch.seal();
    const outputs = [...batch.outputs, ...this.#viewOutputs(batch)];
    if (segments.length === 0) {
      this.#send(outputs);
      this.#confirmReceived(batch);
      this.#idle();
      return;
    }
    const captured = this.#checkpointer.capture(this.#shards);
    const commit: Commit = { batch, outputs, captured, startedAtMs: performance.now() };
    this.#commit = commit;
    this.#dependencies.journal.append(segments).then(
      () => this.#committed(commit, segments.length),
      (error: unknown) => {
        if (this.#commit === commit) this.#commitFailed(error);
      },
    );
  }

  #committed(commit: Commit, segmentCount: number): void {
    if (this.#commit !== commit) return;
    this.#commit = undefined;
    const { batch } = commit;
    const counters = this.#counters;
    const eventCount = [...batch.drafts.values()].reduce((sum, draft) => sum + draft.eventCount, 0);
    counters.commits += 1;
    counters.events += eventCount;
    counters.commitSegments.record(segmentCount);
    counters.commitEvents.record(eventCount);
    counters.commitMs.record(performance.now() - commit.startedAtMs);
    this.#send(commit.outputs);
    this.#confirmReceived(batch);
    this.#releaseMessages(batch);
    if (commit.captured !== undefined) this.#checkpointer.save(commit.captured);
    this.#turn();
    if (this.#commit === undefined) this.#idle();
  }

  #commitFailed(error: unknown): void {
    if (error instanceof AppendFault && error.reason === "fenced") {
      this.#state = "stopped";
      this.#dependencies.fatal(error);
      return;
    }
    this.#recover(error);
  }

  /** Views that were asked for, and those of changed actors that are watched. */
  #viewOutputs(batch: Batch): readonly Output[] {
    const outputs: Output[] = [];
    for (const { link, correlation, cell } of batch.viewRequests) {
      outputs.push({ link, item: viewItem(cell, correlation) });
    }
    for (const draft of batch.drafts.values()) {
      for (const cell of draft.actors.keys()) {
        if (!this.#watchers.has(cell.addressText)) continue;
        const item = viewItem(cell, 0);
        for (const link of this.#watchers.links(cell.addressText)) outputs.push({ link, item });
      }
    }
    return outputs;
  }

  #send(outputs: readonly Output[]): void {
    for (const { link, item } of outputs) link.send(item);
  }

  /** Tells the senders of messages that their effects are durable. */
  #confirmReceived(batch: Batch): void {
    for (const [shard, draft] of batch.drafts) {
      for (const [fromShard, number] of draft.received) {
        this.#linkTo(fromShard).send([DELIVERED, fromShard, shard.number, number]);
      }
    }
    for (const [fromShard, toShard, number] of batch.repeated.values()) {
      this.#linkTo(fromShard).send([DELIVERED, fromShard, toShard, number]);
    }
  }

  /** Lets the messages and calls go whose segments are durable now. */
  #releaseMessages(batch: Batch): void {
    for (const [shard, draft] of batch.drafts) {
      for (const message of draft.sent) shard.outbox.markDurable(message.toShard, message.number);
      for (const toShard of new Set(draft.sent.map((message) => message.toShard)))
        this.#sendMessages(shard, toShard);
      for (const call of draft.called) {
        if (shard.calls.has(call.number)) this.#calls.place(shard.number, call);
      }
    }
  }

  #sendMessages(shard: Shard, toShard: number): void {
    const { clock, limits } = this.#dependencies;
    for (const message of shard.outbox.takeSendable(toShard, limits.outboxWindow, clock.nowMs())) {
      const { number, tenant, kind, id, command } = message;
      this.#linkTo(toShard).send([MESSAGE, shard.number, toShard, number, tenant, kind, id, command]);
    }
  }

  #delivered(fromShard: number, toShard: number, number: number): void {
    const shard = this.#shards.get(fromShard);
    if (shard === undefined || this.#state !== "serving") return;
    shard.outbox.delivered(toShard, number, this.#dependencies.clock.nowMs());
    // Noted with the shard's next segment; without one, a restart sends again and the receiver drops it.
    shard.unrecordedDeliveries.set(toShard, number);
    this.#sendMessages(shard, toShard);
  }

  #callAnswered(shardNumber: number, call: PlacedCall, answer: Typed): void {
    const { tenant, kind, id } = call;
    const to = target(trustedAddress(tenant, kind, id), shardNumber);
    this.#mailbox.add({ type: "answer", number: call.number, command: answer, ...to });
    this.#planTurn();
  }

  /** Wakes the actors whose time has come, and plans the next look. */
  #planWake(): void {
    if (this.#desk.earliestDueAtMs >= this.#wakeAtMs) return;
    this.#wakeAtMs = this.#desk.earliestDueAtMs;
    this.#cancelWake();
    const { clock } = this.#dependencies;
    this.#cancelWake = clock.after(Math.max(this.#wakeAtMs - clock.nowMs(), 0), () => this.#wake());
  }

  #wake(): void {
    if (this.#state !== "serving") return;
    const nowMs = this.#dependencies.clock.nowMs();
    let earliestMs = Number.POSITIVE_INFINITY;
    for (const shard of this.#shards.values()) {
      for (const addressText of shard.timers.takeDue(nowMs)) {
        const [tenant, kind, id] = addressText.split("/") as [string, string, string];
        this.#mailbox.add({ type: "wakeUp", ...target(trustedAddress(tenant, kind, id), shard.number) });
      }
      earliestMs = Math.min(earliestMs, shard.timers.nextDueAtMs ?? earliestMs);
    }
    this.#wakeAtMs = Number.POSITIVE_INFINITY;
    this.#desk.earliestDueAtMs = earliestMs;
    this.#planTurn();
  }

  /** Regular upkeep: repeats what got no answer and checkpoints shards of a lane that has nothing to commit. */
  #tick(): void {
    const { clock, limits } = this.#dependencies;
    this.#cancelTick = clock.after(TICK_MS, () => this.#tick());
    if (this.#state !== "serving") return;
    this.#calls.startDue();
    for (const shard of this.#shards.values()) {
      for (const toShard of shard.outbox.takeStalled(limits.redeliverAfterMs, clock.nowMs())) {
        this.#sendMessages(shard, toShard);
      }
    }
    if (this.#commit !== undefined || this.#batch !== undefined) return;
    const captured = this.#checkpointer.capture(this.#shards);
    if (captured !== undefined) this.#checkpointer.save(captured);
  }

  /** Throws memory away, answers whoever waits, and builds everything anew from the journal. */
  #recover(cause: unknown): void {
    if (this.#state !== "serving") return;
    const { log, lane } = this.#dependencies;
    log.warn({ err: cause, lane }, "lane drops its memory and recovers from the journal");
    this.#state = "recovering";
    this.#counters.recoveries += 1;
    const sealed = this.#commit;
    const open = this.#batch;
    this.#commit = undefined;
    this.#batch = undefined;
    if (open !== undefined) this.#answerUnknown(open.outputs);
    for (const shard of this.#shards.values()) {
      for (const cell of shard.cells.values()) {
        for (const ticket of [...cell.waiting.keys()]) {
          for (const { link, correlation } of cell.takeWaiting(ticket))
            link.send([ANSWER, correlation, this.#unknown()]);
        }
      }
    }
    // Commands that were not begun can still be; messages and answers will be sent again.
    const waiting = [...this.#activation.abandon(), ...this.#mailbox.drain()];
    this.#mailbox.resume(waiting.filter((work) => work.type === "command" || work.type === "view"));
    this.#reload(sealed).catch((error: unknown) => this.#dependencies.fatal(error));
  }

  async #reload(sealed: Commit | undefined): Promise<void> {
    const { limits, log, lane, clock } = this.#dependencies;
    for (let delayMs = limits.recoverDelayMs; ; delayMs = Math.min(delayMs * 2, limits.recoverDelayMaxMs)) {
      try {
        const batchIds = await this.#load();
        if (sealed !== undefined) {
          // The journal says whether the commit whose reply was lost had taken place.
          if (batchIds.has(sealed.batch.id)) this.#send(sealed.outputs);
          else this.#answerUnknown(sealed.outputs);
        }
        break;
      } catch (error) {
        log.warn({ err: error, lane, retryAfterMs: delayMs }, "lane could not recover yet; will try again");
        await new Promise<void>((resolve) => clock.after(delayMs, resolve));
      }
    }
    this.#serve();
  }

  async #load(): Promise<ReadonlySet<string>> {
    const { placement, lane, owner, journal, snapshots } = this.#dependencies;
    const sources = { journal, snapshots, deciders: this.#deciders };
    const recovered = await recoverShards(shardsOf(placement, lane), owner, sources);
    this.#shards.clear();
    for (const [number, shard] of recovered.shards) this.#shards.set(number, shard);
    return recovered.batchIds;
  }

  #serve(): void {
    this.#state = "serving";
    this.#lastAtMs = Math.max(...Array.from(this.#shards.values(), (shard) => shard.atMs), this.#lastAtMs);
    for (const { target: watched, link } of this.#watchers.all()) {
      this.#mailbox.add({ type: "view", link, correlation: 0, ...watched });
    }
    for (const shard of this.#shards.values()) {
      for (const toShard of shard.outbox.targets()) this.#sendMessages(shard, toShard);
      for (const call of shard.calls.values()) this.#calls.place(shard.number, call);
    }
    this.#wake();
  }

  #answerUnknown(outputs: readonly Output[]): void {
    for (const { link, item } of outputs) {
      if (item[0] === ANSWER) link.send([ANSWER, item[1], this.#unknown()]);
    }
  }

  #unknown(): Answer {
    return { type: "unknown", retryAfterMs: this.#dependencies.limits.retryAfterMs };
  }

  /** Resolves when nothing waits and nothing is in flight. */
  async #drained(): Promise<void> {
    while (this.#mailbox.length > 0 || this.#batch !== undefined || this.#commit !== undefined) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
        this.#planTurn();
      });
    }
  }

  async #checkpointAll(): Promise<void> {
    for (;;) {
      await this.#checkpointer.settled();
      const captured = this.#checkpointer.capture(this.#shards, true);
      if (captured === undefined) return;
      this.#checkpointer.save(captured);
    }
  }

  #target(tenant: string, kind: string, id: string) {
    const address = trustedAddress(tenant, kind, id);
    return target(address, this.#shardOf(address));
  }

  #shardOf(address: Address): number {
    return shardOf(address, this.#dependencies.placement.shardCount);
  }

  #linkTo(shard: number): Link {
    const { placement, lane, peer } = this.#dependencies;
    const owner = laneOf(placement, shard);
    return owner === lane ? this.#self : peer(owner);
  }
}
