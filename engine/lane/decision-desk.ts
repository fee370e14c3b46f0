import type { Address } from "../contract/address.ts";
import { assert } from "../contract/assert.ts";
import type { AnyDecider, Decision, Message, Settlement, Typed } from "../contract/decider.ts";
import { refused, type Outcome } from "../contract/outcome.ts";
import type { Answer } from "../ports/dispatcher.ts";
import { ANSWER } from "../transport/items.ts";
import { ActorCell, type Caller } from "./actor-cell.ts";
import type { Batch } from "./batch.ts";
import { contentFingerprint } from "./content-fingerprint.ts";
import type { LaneLimits } from "./limits.ts";
import type { Shard } from "./shard.ts";
import type { LaneCounters } from "./statistics.ts";
import {
  target,
  type CallAnswerWork,
  type CommandWork,
  type MessageWork,
  type Target,
  type ViewWork,
  type WakeUpWork,
  type Work,
} from "./work.ts";

// A chain of messages inside one batch is short (a cart's checkout: a few per line); this many is a loop.
const INNER_MESSAGES_MAX = 100_000;

/** What the desk needs of its lane. */
export interface DeskDependencies {
  readonly deciders: ReadonlyMap<string, AnyDecider>;
  readonly shardOf: (address: Address) => number;
  readonly limits: LaneLimits;
  readonly counters: LaneCounters;
  /** A command that a decider could not take without throwing. */
  readonly reportFault: (error: unknown, addressText: string, commandType: string) => void;
}

/** What became of a piece of work. */
export type Taken = "taken" | "cold";

/**
 * Decides one piece of work after another into the open batch.
 *
 * Messages between actors of this lane are decided in the same batch, right after what sent them, and need no outbox;
 * all others go through the outbox of the sender's shard.
 */
export class DecisionDesk {
  readonly #dependencies: DeskDependencies;
  readonly #shards: ReadonlyMap<number, Shard>;
  readonly #inner: { readonly from: Shard; readonly message: Message }[] = [];
  /** Earliest wake-up asked for since the lane last looked, milliseconds since the epoch. */
  earliestDueAtMs = Number.POSITIVE_INFINITY;

  constructor(shards: ReadonlyMap<number, Shard>, dependencies: DeskDependencies) {
    this.#shards = shards;
    this.#dependencies = dependencies;
  }

  /** Takes one piece of work, or answers "cold" when its actor has to be loaded first. */
  take(work: Work, batch: Batch): Taken {
    batch.decisions += 1;
    switch (work.type) {
      case "command":
        return this.#command(work, batch);
      case "view":
        return this.#view(work, batch);
      case "message":
        return this.#message(work, batch);
      case "answer":
        return this.#callAnswer(work, batch);
      case "wakeUp":
        return this.#wakeUp(work, batch);
    }
  }

  #command(work: CommandWork, batch: Batch): Taken {
    const [, correlation, , kind, , command, key, deadlineAtMs] = work.item;
    const caller: Caller = { link: work.link, correlation };
    if (deadlineAtMs < batch.atMs) {
      this.#dependencies.counters.expired += 1;
      send(batch, caller, { type: "expired" });
      return "taken";
    }
    const cell = this.#cell(work);
    if (cell === "cold") return "cold";
    this.#dependencies.counters.countCommand(kind);
    const remembered = cell.keys?.find(key);
    if (remembered === undefined) {
      this.#decideCommand(cell, command, key, caller, batch);
    } else if (remembered.content !== contentFingerprint(command)) {
      this.#answer(caller, keyReused(key), batch);
    } else if (remembered.outcome === undefined) {
      cell.wait(remembered.ticket, caller);
    } else {
      this.#answer(caller, remembered.outcome, batch);
    }
    return "taken";
  }

  #decideCommand(cell: ActorCell, command: Typed, key: string, caller: Caller, batch: Batch): void {
    const ticket = cell.ticket + 1;
    const decision = this.#consult(cell, command, ticket, batch);
    if (decision === undefined) {
      this.#answer(caller, FAULT, batch);
      return;
    }
    const { outcome } = decision;
    if (outcome !== undefined && changesNothing(decision)) {
      // Nothing to remember: the same command again is as good as new.
      this.#answer(caller, outcome, batch);
      if (cell.pristine) cell.shard.cells.delete(cell.addressText);
      return;
    }
    cell.ticket = ticket;
    const remembered = { ticket, key, content: contentFingerprint(command), ...(outcome && { outcome }) };
    cell.keyMemory().remember(remembered);
    cell.keyMemory().trim(this.#dependencies.limits.keysPerActorMax);
    batch.draft(cell.shard).actor(cell).keys.add(remembered);
    cell.shard.dirty.add(cell);
    if (outcome === undefined) cell.wait(ticket, caller);
    else this.#answer(caller, outcome, batch);
    this.#carryOut(cell, decision, batch);
    this.#deliverInner(batch);
  }

  #view(work: ViewWork, batch: Batch): Taken {
    const cell = this.#cell(work);
    if (cell === "cold") return "cold";
    batch.viewRequests.push({ link: work.link, correlation: work.correlation, cell });
    if (cell.pristine) cell.shard.cells.delete(cell.addressText);
    return "taken";
  }

  #message(work: MessageWork, batch: Batch): Taken {
    const shard = this.#shard(work.shardNumber);
    const received = shard.received.get(work.fromShard) ?? 0;
    if (work.number <= received) {
      batch.repeat(work.fromShard, shard.number, received);
      return "taken";
    }
    // A gap: an earlier message was lost on the way. The sender sends both again.
    if (work.number > received + 1) return "taken";
    const cell = this.#cell(work);
    if (cell === "cold") return "cold";
    shard.received.set(work.fromShard, work.number);
    batch.draft(shard).received.set(work.fromShard, work.number);
    this.#carryOut(cell, this.#decide(cell, work.command, 0, batch), batch);
    this.#deliverInner(batch);
    return "taken";
  }

  #callAnswer(work: CallAnswerWork, batch: Batch): Taken {
    const shard = this.#shard(work.shardNumber);
    if (!shard.calls.has(work.number)) return "taken";
    const cell = this.#cell(work);
    if (cell === "cold") return "cold";
    shard.calls.delete(work.number);
    batch.draft(shard).answered.push(work.number);
    this.#carryOut(cell, this.#decide(cell, work.command, 0, batch), batch);
    this.#deliverInner(batch);
    return "taken";
  }

  #wakeUp(work: WakeUpWork, batch: Batch): Taken {
    const cell = this.#cell(work);
    if (cell === "cold") return "cold";
    const dueAtMs = cell.decider.dueAtMs(cell.state);
    if (dueAtMs === undefined) return "taken";
    if (dueAtMs > batch.atMs) {
      this.#schedule(cell, dueAtMs);
      return "taken";
    }
    this.#carryOut(cell, this.#decide(cell, cell.decider.wakeUp, 0, batch), batch);
    const nextDueAtMs = cell.decider.dueAtMs(cell.state);
    assert(nextDueAtMs === undefined || nextDueAtMs > batch.atMs, `${cell.addressText} is due again at once`);
    this.#deliverInner(batch);
    return "taken";
  }

  /** Decides a client's command; a decider that throws has changed nothing, so only this caller hears of it. */
  #consult(cell: ActorCell, command: Typed, ticket: number, batch: Batch): Decision<Typed> | undefined {
    try {
      return this.#decide(cell, command, ticket, batch);
    } catch (error) {
      this.#dependencies.reportFault(error, cell.addressText, command.type);
      return undefined;
    }
  }

  #decide(cell: ActorCell, command: Typed, ticket: number, batch: Batch): Decision<Typed> {
    cell.touched = true;
    return cell.decider.decide(cell.state, command, { address: cell.address, nowMs: batch.atMs, ticket });
  }

  /** Applies a decision to memory and to the open batch; its messages wait for {@link #deliverInner}. */
  #carryOut(cell: ActorCell, decision: Decision<Typed>, batch: Batch): void {
    const { shard } = cell;
    if (decision.events.length > 0) {
      const draft = batch.draft(shard).actor(cell);
      for (const event of decision.events) {
        cell.state = cell.decider.evolve(cell.state, event, batch.atMs);
        draft.events.push(event);
      }
      shard.dirty.add(cell);
      const dueAtMs = cell.decider.dueAtMs(cell.state);
      if (dueAtMs !== undefined) this.#schedule(cell, dueAtMs);
    }
    for (const call of decision.calls ?? []) {
      shard.callNumber += 1;
      const { tenant, kind, id } = cell.address;
      const placed = { number: shard.callNumber, port: call.port, tenant, kind, id, request: call.request };
      shard.calls.set(placed.number, placed);
      batch.draft(shard).called.push(placed);
    }
    for (const message of decision.messages ?? []) this.#inner.push({ from: shard, message });
    for (const settlement of decision.settled ?? []) this.#settle(cell, settlement, batch);
  }

  #settle(cell: ActorCell, settlement: Settlement, batch: Batch): void {
    const { ticket, outcome } = settlement;
    const keys = cell.keyMemory();
    const remembered = keys.openTicket(ticket);
    assert(remembered !== undefined, `${cell.addressText} settles ticket ${ticket}, which is not open`);
    const draft = batch.draft(cell.shard).actor(cell);
    const cameToNothing =
      outcome.type === "refused" &&
      draft.keys.has(remembered) &&
      draft.events.length === 0 &&
      ticket === cell.ticket;
    if (cameToNothing) {
      // Asked and refused within this batch: as with any refusal, there is nothing to store.
      keys.forget(remembered);
      draft.keys.delete(remembered);
      cell.ticket -= 1;
      if (draft.keys.size === 0) batch.draft(cell.shard).actors.delete(cell);
    } else {
      keys.settle(remembered, outcome);
      draft.keys.add(remembered);
      cell.shard.dirty.add(cell);
    }
    for (const caller of cell.takeWaiting(ticket)) this.#answer(caller, outcome, batch);
  }

  /** Decides the messages that decisions of this batch have sent, and theirs, until none is left. */
  #deliverInner(batch: Batch): void {
    for (let index = 0; index < this.#inner.length; index += 1) {
      assert(index < INNER_MESSAGES_MAX, "messages between actors go round in circles");
      const { from, message } = this.#inner[index] as { from: Shard; message: Message };
      this.#deliver(from, message, batch);
    }
    this.#inner.length = 0;
  }

  #deliver(from: Shard, message: Message, batch: Batch): void {
    const toShard = this.#dependencies.shardOf(message.to);
    if (this.#shards.has(toShard) && !from.outbox.hasPending(toShard)) {
      const cell = this.#cell(target(message.to, toShard));
      if (cell !== "cold") {
        this.#carryOut(cell, this.#decide(cell, message.command, 0, batch), batch);
        return;
      }
    }
    const { tenant, kind, id } = message.to;
    batch.draft(from).sent.push(from.outbox.add({ toShard, tenant, kind, id, command: message.command }));
  }

  #schedule(cell: ActorCell, dueAtMs: number): void {
    cell.shard.timers.schedule(cell.addressText, dueAtMs);
    this.earliestDueAtMs = Math.min(this.earliestDueAtMs, dueAtMs);
  }

  /** The activated actor; a new one when nothing is known of it; "cold" when it has to be loaded. */
  #cell(to: Target): ActorCell | "cold" {
    const shard = this.#shard(to.shardNumber);
    const cell = shard.cells.get(to.addressText);
    if (cell !== undefined) return cell;
    if (shard.known.has(to.addressText)) return "cold";
    const decider = this.#dependencies.deciders.get(to.address.kind);
    assert(decider !== undefined, `no decider for kind ${to.address.kind}`);
    const fresh = new ActorCell(to.address, to.addressText, decider, shard);
    shard.cells.set(to.addressText, fresh);
    return fresh;
  }

  #shard(number: number): Shard {
    const shard = this.#shards.get(number);
    assert(shard !== undefined, `shard ${number} is not in this lane`);
    return shard;
  }

  #answer(caller: Caller, outcome: Outcome, batch: Batch): void {
    if (outcome.type === "refused") this.#dependencies.counters.countRefusal(outcome.refusal.code);
    send(batch, caller, outcome);
  }
}

const FAULT: Outcome = refused({
  code: "internal_fault",
  detail: "The shop could not process this command. Nothing was changed.",
});

function keyReused(key: string): Outcome {
  return refused({
    code: "key_reused",
    field: "key",
    detail: `The idempotency key ${JSON.stringify(key)} was already used for a command with other content.`,
  });
}

function changesNothing(decision: Decision<Typed>): boolean {
  return (
    decision.events.length === 0 &&
    (decision.messages?.length ?? 0) === 0 &&
    (decision.calls?.length ?? 0) === 0 &&
    (decision.settled?.length ?? 0) === 0
  );
}

function send(batch: Batch, caller: Caller, answer: Answer): void {
  batch.outputs.push({ link: caller.link, item: [ANSWER, caller.correlation, answer] });
}
