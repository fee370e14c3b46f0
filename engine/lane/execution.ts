import { assert, InvariantBroken } from "../contract/assert.ts";
import type { AnyDecider, Call, Decision, Message, Settlement, Typed } from "../contract/decider.ts";
import { ActorCell } from "./actor-cell.ts";
import { answer, type Batch } from "./batch.ts";
import type { RememberedKey } from "./key-memory.ts";
import type { Shard } from "./shard.ts";
import type { LaneCounters } from "./lane-counters.ts";
import type { Targets } from "./targets.ts";
import { DECISION_UNITS } from "./work-units.ts";
import type { Target } from "./work.ts";

// What one command leads to within a batch is little (a cart's checkout: a few messages per line), or as much as there are carts
// with a product whose holds end together: a hundred thousand. Ten times that is a loop.
const INNER_MESSAGES_MAX = 1_000_000;
const NONE: readonly never[] = [];

/** What execution needs of its lane. */
export interface ExecutionDependencies {
  readonly shards: ReadonlyMap<number, Shard>;
  readonly deciders: ReadonlyMap<string, AnyDecider>;
  readonly targets: Targets;
  readonly schedule: (cell: ActorCell, dueAtMs: number) => void;
  readonly counters: LaneCounters;
  /** A command that a decider could not take. */
  readonly reportFault: (error: unknown, addressText: string, commandType: string) => void;
}

/**
 * Runs deciders and applies what they decide, to memory and to the open batch.
 *
 * Messages between actors of this lane are decided in the same batch, right after what sent them, and need no outbox;
 * all others go through the outbox of the sender's shard.
 */
export class Execution {
  readonly #dependencies: ExecutionDependencies;
  #inner: { readonly from: Shard; readonly message: Message }[] = [];
  #current: RememberedKey | undefined;
  /** Made when the first of them comes: most decisions have none. */
  #silent: Shard[] | undefined;

  constructor(dependencies: ExecutionDependencies) {
    this.#dependencies = dependencies;
  }

  /** The activated actor; a new one when nothing is known of it; "cold" when it has to be loaded. */
  cell(to: Target): ActorCell | "cold" {
    const cell = to.cell?.activated === true ? to.cell : this.#find(to);
    if (cell === "cold") return cell;
    cell.shard.work += DECISION_UNITS;
    this.#dependencies.counters.workUnits += DECISION_UNITS;
    return cell;
  }

  #find(to: Target): ActorCell | "cold" {
    const shard = this.shard(to.shardNumber);
    const cell = shard.cells.get(to.addressText) ?? this.#fresh(to, shard);
    if (cell === "cold") return cell;
    to.cell = cell;
    cell.target = to;
    return cell;
  }

  #fresh(to: Target, shard: Shard): ActorCell | "cold" {
    if (shard.known.has(to.addressText)) return "cold";
    const decider = this.#dependencies.deciders.get(to.address.kind);
    assert(decider !== undefined, `no decider for kind ${to.address.kind}`);
    const fresh = new ActorCell(to.address, to.addressText, decider, shard);
    shard.cells.set(to.addressText, fresh);
    return fresh;
  }

  shard(number: number): Shard {
    const shard = this.#dependencies.shards.get(number);
    assert(shard !== undefined, "the shard is not in this lane", undefined, number);
    return shard;
  }

  /**
   * Asks the decider, which changes nothing yet. Undefined when it throws or wants what no actor may: that is reported,
   * and costs only whoever sent the command.
   */
  consult(cell: ActorCell, command: Typed, ticket: number, batch: Batch): Decision<Typed> | undefined {
    cell.use(batch.atMs);
    try {
      const context = { address: cell.address, nowMs: batch.atMs, ticket };
      const decision = cell.decider.decide(cell.state, command, context) as Decision<Typed>;
      if (decision.messages !== undefined) this.#check(cell, decision.messages);
      return decision;
    } catch (error) {
      this.#dependencies.reportFault(error, cell.addressText, command.type);
      return undefined;
    }
  }

  /**
   * Applies a decision and all that follows from it within this lane. `current` is the key of the client's command
   * behind it; whoever calls records that one.
   *
   * Returns the shards that had a part in it and have nothing to store: what is stored rests on them, too, see
   * {@link Batch.restOn}.
   */
  carryOut(
    cell: ActorCell,
    decision: Decision<Typed>,
    batch: Batch,
    current?: RememberedKey,
  ): readonly Shard[] {
    this.#current = current;
    this.#apply(cell, decision, batch);
    for (let index = 0; index < this.#inner.length; index += 1) {
      assert(index < INNER_MESSAGES_MAX, "messages between actors go round in circles");
      const { from, message } = this.#inner[index] as { from: Shard; message: Message };
      this.#deliver(from, message, batch);
    }
    const silent = this.#silent ?? NONE;
    this.reset();
    return silent;
  }

  /** Forgets what was half done when the lane's memory is thrown away. */
  reset(): void {
    if (this.#inner.length > 0) this.#inner = [];
    this.#current = undefined;
    this.#silent = undefined;
  }

  #check(cell: ActorCell, messages: readonly Message[]): void {
    for (const { to } of messages) {
      assert(to.tenant === cell.address.tenant, "writes to another tenant", cell.addressText, to.tenant);
      assert(
        this.#dependencies.deciders.has(to.kind),
        "writes to an unknown kind",
        cell.addressText,
        to.kind,
      );
    }
  }

  #apply(cell: ActorCell, decision: Decision<Typed>, batch: Batch): void {
    const { events, messages, calls, settled } = decision;
    if (events.length > 0) this.#evolve(cell, events, batch);
    if (calls !== undefined) for (const call of calls) this.#place(cell, call, batch);
    if (messages !== undefined)
      for (const message of messages) this.#inner.push({ from: cell.shard, message });
    if (settled !== undefined) for (const settlement of settled) this.#settle(cell, settlement, batch);
  }

  #evolve(cell: ActorCell, events: readonly Typed[], batch: Batch): void {
    const { decider } = cell;
    const { counted } = decider;
    const draft = batch.actor(cell);
    for (const event of events) {
      if (counted?.has(event.type) === true) batch.count(event.type);
      cell.state = decider.evolve(cell.state, event, batch.atMs);
      draft.events.push(event);
    }
    batch.effects += events.length;
    const dueAtMs = decider.dueAtMs(cell.state);
    if (dueAtMs !== undefined) this.#dependencies.schedule(cell, dueAtMs);
  }

  #place(cell: ActorCell, { port, request }: Call, batch: Batch): void {
    const { shard } = cell;
    const { tenant, kind, id } = cell.address;
    shard.callNumber += 1;
    const placed = {
      number: shard.callNumber,
      port,
      tenant,
      kind,
      id,
      version: cell.decider.version,
      request,
    };
    shard.calls.set(placed.number, placed);
    batch.draft(shard).call(placed);
    batch.effects += 1;
  }

  #settle(cell: ActorCell, { ticket, outcome }: Settlement, batch: Batch): void {
    const remembered = cell.keys?.openTicket(ticket);
    if (remembered === undefined) {
      // Its caller has an answer already and keeps it; the rest of the decision stands.
      const error = new InvariantBroken(`${cell.addressText} settles ticket ${ticket}, which is not open`);
      this.#dependencies.reportFault(error, cell.addressText, "settlement");
      return;
    }
    cell.keyMemory().settle(remembered, outcome);
    if (remembered !== this.#current) {
      batch.actor(cell).record(remembered);
      batch.effects += 1;
    }
    const { counters } = this.#dependencies;
    for (const caller of cell.takeWaiting(ticket)) {
      if (outcome.type === "refused") counters.countRefusal(outcome.refusal.code);
      batch.outputs.push(answer(caller, outcome));
    }
  }

  #heard(shard: Shard): void {
    if (shard.draft === undefined) (this.#silent ??= []).push(shard);
  }

  #deliver(from: Shard, message: Message, batch: Batch): void {
    const { tenant, kind, id } = message.to;
    const to = this.#dependencies.targets.of(tenant, kind, id);
    const toShard = to.shardNumber;
    // Behind an earlier message that is still on its way, this one has to queue.
    if (this.#dependencies.shards.has(toShard) && !from.outbox.hasPending(toShard)) {
      const cell = this.cell(to);
      const decision = cell === "cold" ? undefined : this.consult(cell, message.command, 0, batch);
      if (cell !== "cold" && decision !== undefined) {
        this.#apply(cell, decision, batch);
        this.#heard(from);
        this.#heard(cell.shard);
        return;
      }
    }
    const { version } = this.#dependencies.deciders.get(kind) as AnyDecider;
    batch.draft(from).send(from.outbox.add({ toShard, tenant, kind, id, version, command: message.command }));
    batch.effects += 1;
  }
}
