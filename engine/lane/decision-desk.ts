import { InvariantBroken } from "../contract/assert.ts";
import type { Decision, Typed } from "../contract/decider.ts";
import { refused, type Outcome, type Refusal } from "../contract/outcome.ts";
import { ANY_CONTENT, type PlacedCall } from "../contract/segment.ts";
import type { Activation } from "./activation.ts";
import type { ActorCell, Caller } from "./actor-cell.ts";
import { answer, type Batch } from "./batch.ts";
import { contentFingerprint } from "./content-fingerprint.ts";
import type { Execution } from "./execution.ts";
import type { RememberedKey } from "./key-memory.ts";
import type { LaneLimits } from "./limits.ts";
import type { Residents } from "./residents.ts";
import type { LaneCounters } from "./lane-counters.ts";
import type { CallAnswerWork, CommandWork, MessageWork, ViewWork, WakeUpWork, Work } from "./work.ts";

/** What the desk needs of its lane. */
export interface DeskDependencies {
  readonly execution: Execution;
  readonly residents: Residents;
  readonly activation: Pick<Activation, "full">;
  readonly limits: LaneLimits;
  readonly counters: LaneCounters;
  readonly schedule: (cell: ActorCell, dueAtMs: number) => void;
  /** A call whose answer could not be used is made again later. */
  readonly repeatCall: (shardNumber: number, call: PlacedCall) => void;
  readonly reportFault: (error: unknown, addressText: string, commandType: string) => void;
}

/** What became of a piece of work: done with, or its actor has to be loaded first. */
export type Taken = "taken" | "cold";

/** Decides one piece of work after another into the open batch, each of them once. */
export class DecisionDesk {
  readonly #dependencies: DeskDependencies;
  readonly #execution: Execution;

  constructor(dependencies: DeskDependencies) {
    this.#dependencies = dependencies;
    this.#execution = dependencies.execution;
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
    const { link, item } = work;
    const [, correlation, , , , command, key, deadlineAtMs, , barred] = item;
    const caller: Caller = { link, correlation };
    const { counters } = this.#dependencies;
    if (deadlineAtMs < batch.seenAtMs) {
      counters.expired += 1;
      batch.outputs.push(answer(caller, { type: "expired" }));
      return "taken";
    }
    if (this.#isCrowded(work)) return this.#overloaded(caller, batch);
    const cell = this.#execution.cell(work.to);
    if (cell === "cold") return this.#cold(caller, batch);
    counters.countCommand(cell.decider.kind);
    const remembered = cell.keys?.find(key);
    if (remembered === undefined) {
      if (barred === undefined) this.#decideCommand(cell, command, key, caller, batch);
      else this.#bar(cell, barred, caller, batch);
    } else if (!hasContent(remembered, command)) this.#answer(caller, keyReused(key), batch);
    else if (remembered.outcome === undefined) this.#wait(cell, remembered.ticket, caller, batch);
    else this.#answer(caller, remembered.outcome, batch);
    return "taken";
  }

  #decideCommand(cell: ActorCell, command: Typed, key: string, caller: Caller, batch: Batch): void {
    const { limits } = this.#dependencies;
    if (cell.shard.outbox.length >= limits.outboxLengthMax) {
      this.#overloaded(caller, batch);
      return;
    }
    const ticket = cell.ticket + 1;
    const decision = this.#execution.consult(cell, command, ticket, batch);
    const outcome = decision === undefined ? FAULT : decision.outcome;
    if (decision === undefined || (outcome !== undefined && changesNothing(decision))) {
      // Nothing to remember: the same command again is as good as new.
      this.#answer(caller, outcome ?? FAULT, batch);
      forgetIfPristine(cell);
      return;
    }
    cell.ticket = ticket;
    const remembered = { ticket, key, content: contentFingerprint(command), ...(outcome && { outcome }) };
    cell.keyMemory().begin(remembered);
    if (outcome === undefined) this.#wait(cell, ticket, caller, batch);
    else this.#answer(caller, outcome, batch);
    const effectsBefore = batch.effects;
    const silent = this.#execution.carryOut(cell, decision, batch, remembered);
    if (batch.effects === effectsBefore && cameToNothing(remembered)) {
      // Asked somebody in this lane and was refused, and nothing came of it anywhere: as with any refusal.
      cell.keyMemory().drop(remembered);
      cell.ticket -= 1;
      forgetIfPristine(cell);
      return;
    }
    cell.keyMemory().remember(remembered);
    batch.actor(cell).record(remembered);
    batch.restOn(silent);
  }

  /** Refuses what is not known to have been carried out before. */
  #bar(cell: ActorCell, barred: Refusal, caller: Caller, batch: Batch): void {
    this.#answer(caller, refused(barred), batch);
    forgetIfPristine(cell);
  }

  #view(work: ViewWork, batch: Batch): Taken {
    const { link, correlation } = work;
    const cell = this.#execution.cell(work.to);
    // Whoever watches is told nothing but views: it waits.
    if (cell === "cold") return correlation === 0 ? "cold" : this.#cold({ link, correlation }, batch);
    cell.use(batch.atMs);
    batch.request(work, cell);
    forgetIfPristine(cell);
    return "taken";
  }

  #message(work: MessageWork, batch: Batch): Taken {
    const shard = this.#execution.shard(work.to.shardNumber);
    const received = shard.received.get(work.fromShard) ?? 0;
    if (work.number <= received) {
      batch.repeat(work.fromShard, shard.number, received);
      return "taken";
    }
    // A gap: an earlier message was lost on the way. The sender sends both again.
    if (work.number > received + 1) return "taken";
    const cell = this.#execution.cell(work.to);
    if (cell === "cold") return "cold";
    const decision = this.#execution.consult(cell, work.command, 0, batch);
    // Not received: the sender repeats it, and only what this pair of shards has to say waits behind it.
    if (decision === undefined) return "taken";
    shard.received.set(work.fromShard, work.number);
    batch.draft(shard).receive(work.fromShard, work.number);
    batch.restOn(this.#execution.carryOut(cell, decision, batch));
    return "taken";
  }

  #callAnswer(work: CallAnswerWork, batch: Batch): Taken {
    const shard = this.#execution.shard(work.to.shardNumber);
    const call = shard.calls.get(work.number);
    if (call === undefined) return "taken";
    const cell = this.#execution.cell(work.to);
    if (cell === "cold") return "cold";
    const decision = this.#execution.consult(cell, work.command, 0, batch);
    if (decision === undefined) {
      this.#dependencies.repeatCall(shard.number, call);
      return "taken";
    }
    shard.calls.delete(work.number);
    batch.draft(shard).answer(work.number);
    batch.restOn(this.#execution.carryOut(cell, decision, batch));
    return "taken";
  }

  #wakeUp(work: WakeUpWork, batch: Batch): Taken {
    const cell = this.#execution.cell(work.to);
    if (cell === "cold") return "cold";
    const { decider, addressText } = cell;
    const { schedule, reportFault, limits } = this.#dependencies;
    const wakeUp = decider.wakeUp as Typed;
    const dueAtMs = decider.dueAtMs(cell.state);
    if (dueAtMs === undefined) return "taken";
    if (dueAtMs > batch.atMs) {
      schedule(cell, dueAtMs);
      return "taken";
    }
    const decision = this.#execution.consult(cell, wakeUp, 0, batch);
    if (decision !== undefined) batch.restOn(this.#execution.carryOut(cell, decision, batch));
    const nextDueAtMs = decider.dueAtMs(cell.state);
    if (nextDueAtMs === undefined || nextDueAtMs > batch.atMs) return "taken";
    if (decision !== undefined && decision.events.length > 0) return "taken";
    // Woken for nothing it would be due again at once, for ever.
    if (decision !== undefined) {
      const error = new InvariantBroken(`${addressText} is due and does nothing about it`);
      reportFault(error, addressText, wakeUp.type);
    }
    schedule(cell, batch.atMs + limits.recoverDelayMaxMs);
    return "taken";
  }

  /** Memory is full of actors that the store does not have yet: one more has to come later. */
  #isCrowded({ to }: CommandWork): boolean {
    const { residents, limits } = this.#dependencies;
    if (residents.size < limits.crowdedActorsMax || to.cell?.activated === true) return false;
    // A target that nobody has been led through since a recovery does not know the actor that is there.
    return !this.#execution.shard(to.shardNumber).cells.has(to.addressText);
  }

  /** A store that is slow must not make more wait than the mailbox would. */
  #cold(caller: Caller, batch: Batch): Taken {
    return this.#dependencies.activation.full ? this.#overloaded(caller, batch) : "cold";
  }

  #overloaded(caller: Caller, batch: Batch): Taken {
    const { limits, counters } = this.#dependencies;
    counters.overloaded += 1;
    batch.outputs.push(answer(caller, { type: "overloaded", retryAfterMs: limits.retryAfterMs }));
    return "taken";
  }

  #wait(cell: ActorCell, ticket: number, caller: Caller, batch: Batch): void {
    const displaced = cell.wait(ticket, caller);
    if (displaced === undefined) return;
    const { retryAfterMs } = this.#dependencies.limits;
    batch.outputs.push(answer(displaced, { type: "unknown", retryAfterMs }));
  }

  #answer(caller: Caller, outcome: Outcome, batch: Batch): void {
    if (outcome.type === "refused") this.#dependencies.counters.countRefusal(outcome.refusal.code);
    batch.outputs.push(answer(caller, outcome));
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

function hasContent({ content }: RememberedKey, command: Typed): boolean {
  return content === ANY_CONTENT || content === contentFingerprint(command);
}

function changesNothing(decision: Decision<Typed>): boolean {
  return (
    decision.events.length === 0 &&
    (decision.messages?.length ?? 0) === 0 &&
    (decision.calls?.length ?? 0) === 0 &&
    (decision.settled?.length ?? 0) === 0
  );
}

/** Left open at first, then refused while its messages were decided. */
function cameToNothing(remembered: RememberedKey): boolean {
  return remembered.outcome?.type === "refused";
}

/** A shopper who was refused, or looked at nothing, costs no memory. */
function forgetIfPristine(cell: ActorCell): void {
  if (cell.pristine) cell.shard.cells.delete(cell.addressText);
}
