import type { Problem } from "../../gateway/protocol/messages.ts";
import { RETRYABLE_CODES } from "../../gateway/protocol/client-problems.ts";

/** How long somebody waits who is asked to try again and not told when, milliseconds. */
export const RETRY_AFTER_MS = 100;

/** Whether the same command with the same key may take effect later: the shop has not decided it, or does not know. */
export function isUndecided({ code }: Problem): boolean {
  return RETRYABLE_CODES.has(code) || code === "deadline_expired";
}

/** Whether the shop asks to try again: the same command, or the same wish once more. */
export function asksToRetry(problem: Problem): boolean {
  return isUndecided(problem) || problem.retryAfterMs !== undefined;
}
