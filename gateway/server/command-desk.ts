import type { Session } from "../auth/session.ts";
import type { AnyCommandFrame, Problem } from "../protocol/messages.ts";
import { problem } from "../protocol/problems.ts";
import type { Queues } from "../queues/queues.ts";
import type { CommandResult } from "./command-result.ts";
import type { CommandTimes } from "./command-times.ts";
import type { Counters } from "./counters.ts";
import { type CommandWay, sendCommand } from "./send-command.ts";

/** What the desk works with. */
export interface CommandDeskOptions extends CommandWay {
  readonly queues: Queues;
  readonly counters: Counters;
  readonly times: CommandTimes;
}

/** Takes checked commands from sockets and HTTP alike, hands them to the engine, and returns one result for each. */
export class CommandDesk {
  readonly #options: CommandDeskOptions;

  constructor(options: CommandDeskOptions) {
    this.#options = options;
  }

  /** Calls `settle` exactly once, now or later. */
  submit(
    frame: AnyCommandFrame,
    session: Session,
    traceparent: string | undefined,
    settle: (result: CommandResult) => void,
  ): void {
    const { clock, counters, times, queues } = this.#options;
    // Not the shop's clock, which may be set back.
    const startedAtMs = performance.now();
    let settled = false;
    const finish = (result: CommandResult): void => {
      if (settled) return;
      settled = true;
      counters.add("commands", frame.op);
      // Operators' imports and replays send as much as the shop takes: how long that waits is no shopper's time.
      if (session.role === "shopper") times.record(frame.op, result, performance.now() - startedAtMs);
      if (!result.ok) counters.add("refusals", result.problem.code);
      settle(result);
    };
    if (session.expiresAtMs <= clock.nowMs()) return finish({ ok: false, problem: sessionExpired() });
    if (frame.op === "queue.join") return queues.join(frame, session.customer, finish);
    const ticket = "ticket" in frame ? frame.ticket : undefined;
    if (ticket === undefined)
      return sendCommand(this.#options, { frame, session, turn: undefined, traceparent }, finish);
    const customer = ("customer" in frame ? frame.customer : undefined) ?? session.customer;
    queues.turnOf(ticket, customer, (found) => {
      if (found.type === "refused") finish({ ok: false, problem: found.problem });
      else sendCommand(this.#options, { frame, session, ...found, traceparent }, finish);
    });
  }
}

/** The problem of a session whose time is over. */
export function sessionExpired(): Problem {
  return problem("session_expired", "The session has expired; start a new one.");
}
