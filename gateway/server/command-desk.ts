import type { Data } from "../../engine/contract/data.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Answer, Dispatcher } from "../../engine/ports/dispatcher.ts";
import type { Log } from "../../engine/ports/log.ts";
import type { Session } from "../auth/session.ts";
import type { AnyCommandFrame, Problem } from "../protocol/messages.ts";
import { problem, problemOf } from "../protocol/problems.ts";
import { admit } from "./admission.ts";
import type { CommandTimes } from "./command-times.ts";
import type { Counters } from "./counters.ts";

/** What one command came to. */
export type CommandResult =
  { readonly ok: true; readonly value: Data } | { readonly ok: false; readonly problem: Problem };

/** What the desk works with. */
export interface CommandDeskOptions {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly times: CommandTimes;
  readonly log: Log;
  /** Deadline of commands that name none, milliseconds. */
  readonly deadlineMs: number;
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
    const { clock, counters, times, dispatcher, log } = this.#options;
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
    const nowMs = clock.nowMs();
    if (session.expiresAtMs <= nowMs) return finish({ ok: false, problem: sessionExpired() });
    const admission = admit(frame, session);
    if (admission.type === "refused") return finish({ ok: false, problem: admission.problem });
    const { address, command } = admission;
    const deadlineAtMs = nowMs + (frame.deadlineMs ?? this.#options.deadlineMs);
    const submission = { address, command, key: frame.key, deadlineAtMs };
    try {
      dispatcher.dispatch(traceparent === undefined ? submission : { ...submission, traceparent }, (answer) =>
        finish(resultOf(answer)),
      );
    } catch (err) {
      log.error({ err, op: frame.op }, "a command could not be dispatched");
      finish({ ok: false, problem: problem("internal", "The command could not be handed on.") });
    }
  }
}

/** The result that an engine's answer stands for. */
export function resultOf(answer: Answer): CommandResult {
  switch (answer.type) {
    case "done":
      return { ok: true, value: answer.reply };
    case "refused":
      return { ok: false, problem: problemOf(answer.refusal) };
    case "overloaded": {
      const { retryAfterMs } = answer;
      return {
        ok: false,
        problem: problem("overloaded", "Too many commands wait; nothing was done. Send it again.", {
          retryAfterMs,
        }),
      };
    }
    case "expired":
      return {
        ok: false,
        problem: problem(
          "deadline_expired",
          "The deadline passed before the command was started; nothing was done.",
        ),
      };
    case "unknown": {
      const { retryAfterMs } = answer;
      const detail =
        "It is not known yet whether the command was carried out; send it again with the same key.";
      return { ok: false, problem: problem("outcome_unknown", detail, { retryAfterMs }) };
    }
  }
}

/** The problem of a session whose time is over. */
export function sessionExpired(): Problem {
  return problem("session_expired", "The session has expired; start a new one.");
}
