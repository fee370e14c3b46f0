import type { Problem } from "./messages.ts";

/** How a problem code is shown: a title for people and the HTTP status it stands for. */
export type ProblemKind = { readonly title: string; readonly status: number };

/** Problems that clients tell of themselves, by code; gateways have them, too. By themselves, since every page carries them. */
export const CLIENT_PROBLEMS = {
  unknown_channel: { title: "No such channel", status: 404 },
  overloaded: { title: "Too much at once", status: 503 },
  outcome_unknown: { title: "The outcome is not known yet", status: 503 },
  connection_closed: { title: "The connection is closed", status: 503 },
} as const satisfies Record<string, ProblemKind>;

/** Codes after which the same command with the same key may be sent again without asking anybody. */
export const RETRYABLE_CODES: ReadonlySet<string> = new Set(["overloaded", "outcome_unknown"]);

/** Where a problem differs from its kind. */
export type ProblemExtras = Pick<Problem, "field" | "retryAfterMs" | "values">;

/** Makes a problem of a client. `detail` is one sentence for people. */
export function clientProblem(
  code: keyof typeof CLIENT_PROBLEMS,
  detail: string,
  extras?: ProblemExtras,
): Problem {
  return problemOfKind(code, CLIENT_PROBLEMS[code], detail, extras);
}

/** Makes a problem of that code and kind. */
export function problemOfKind(
  code: string,
  { title, status }: ProblemKind,
  detail: string,
  extras?: ProblemExtras,
): Problem {
  return { type: `/problems/${code}`, title, status, code, detail, ...extras };
}
