import type { Turn } from "../../actors/inventory/messages.ts";
import type { Refusal } from "../../engine/contract/outcome.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Dispatcher, Submission } from "../../engine/ports/dispatcher.ts";
import type { Log } from "../../engine/ports/log.ts";
import type { Session } from "../auth/session.ts";
import { problem } from "../protocol/problems.ts";
import { type ActorFrame, admit } from "./admission.ts";
import { type CommandResult, resultOf } from "./command-result.ts";

/** What carries commands to their actors. */
export interface CommandWay {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly log: Log;
  /** Deadline of commands that name none, milliseconds. */
  readonly deadlineMs: number;
}

/** A command of somebody. */
export interface SentCommand {
  readonly frame: ActorFrame;
  readonly session: Session;
  /** The turn in a waiting room that the sender has, as far as it was looked up. */
  readonly turn: Turn | undefined;
  /** Why it is not the sender's turn: only what the same command has come to before is told then. */
  readonly barred?: Refusal | undefined;
  readonly traceparent: string | undefined;
}

/** Hands a checked command to its actor, if the sender may give it. Calls `finish` with what becomes of it, now or later. */
export function sendCommand(
  { dispatcher, clock, log, deadlineMs }: CommandWay,
  { frame, session, turn, barred, traceparent }: SentCommand,
  finish: (result: CommandResult) => void,
): void {
  const admission = admit(frame, session, turn);
  if (admission.type === "refused") return finish({ ok: false, problem: admission.problem });
  const { address, command } = admission;
  const deadlineAtMs = clock.nowMs() + (frame.deadlineMs ?? deadlineMs);
  const submission: Submission = {
    address,
    command,
    key: frame.key,
    deadlineAtMs,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(barred === undefined ? {} : { barred }),
  };
  try {
    dispatcher.dispatch(submission, (answer) => finish(resultOf(answer)));
  } catch (err) {
    log.error({ err, op: frame.op }, "a command could not be dispatched");
    finish({ ok: false, problem: problem("internal", "The command could not be handed on.") });
  }
}
