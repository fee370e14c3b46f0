import type { Data } from "../../engine/contract/data.ts";
import type { Answer } from "../../engine/ports/dispatcher.ts";
import type { Problem } from "../protocol/messages.ts";
import { problem, problemOf } from "../protocol/problems.ts";

/** What one command came to. */
export type CommandResult =
  { readonly ok: true; readonly value: Data } | { readonly ok: false; readonly problem: Problem };

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
