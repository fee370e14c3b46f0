import type {
  ConsoleChange,
  ConsoleExecution,
  ConsolePlan,
  SalesAnswer,
  SellingChange,
  SellingLine,
  SellingPlan,
} from "../../protocol/console-act.ts";
import { readLines } from "./read-lines.ts";

// Above what a node takes for the longest look at its lists; who is silent for longer will not answer any more.
const ANSWER_MS_MAX = 20_000;

/** The node has said no, and why: nothing was changed. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

/**
 * What the page asks of the node that has served it, with the token in a header: no other page has it, and no browser sends it unasked.
 * Each throws {@link Refused}, or whatever else kept the node from answering.
 */
export class AdminRequests {
  readonly #token: () => string;

  constructor(token: () => string) {
    this.#token = token;
  }

  sales(): Promise<SalesAnswer> {
    return this.#ask("/v1/sales");
  }

  planSelling(change: SellingChange): Promise<SellingPlan> {
    return this.#ask("/v1/selling/plan", { change });
  }

  /** `told` hears how far it is, and then what has come of it. */
  async changeSelling(
    request: {
      readonly change: SellingChange;
      readonly askedBy: string;
      readonly key: string;
      readonly planId: string | undefined;
    },
    told: (line: SellingLine) => void,
  ): Promise<void> {
    const silence = new AbortController();
    const waiting = (): ReturnType<typeof setTimeout> => setTimeout(() => silence.abort(), ANSWER_MS_MAX);
    let timer = waiting();
    try {
      const response = await this.#send("/v1/selling", request, silence.signal);
      if (response.body === null) return;
      for await (const line of readLines(response.body)) {
        clearTimeout(timer);
        timer = waiting();
        if (line !== "") told(JSON.parse(line) as SellingLine);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  planChange(change: ConsoleChange): Promise<ConsolePlan> {
    return this.#ask("/v1/operations/plan", { change });
  }

  change(request: {
    readonly change: ConsoleChange;
    readonly askedBy: string;
    readonly id: string;
    readonly planId: string | undefined;
  }): Promise<ConsoleExecution> {
    return this.#ask("/v1/operations", request);
  }

  cancel(operation: string, askedBy: string): Promise<ConsoleExecution> {
    return this.#ask(`/v1/operations/${operation}/cancel`, { askedBy });
  }

  async #ask<Answer>(path: string, body?: object): Promise<Answer> {
    const response = await this.#send(path, body, AbortSignal.timeout(ANSWER_MS_MAX));
    return (await response.json()) as Answer;
  }

  async #send(path: string, body: object | undefined, signal: AbortSignal): Promise<Response> {
    const response = await fetch(path, {
      headers: { Authorization: `Bearer ${this.#token()}`, "Content-Type": "application/json" },
      cache: "no-store",
      signal,
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Refused(response.status, await detailOf(response));
    return response;
  }
}

/** Why a node refuses, in its own words. */
export async function detailOf(response: Response): Promise<string> {
  try {
    const { detail } = (await response.json()) as { readonly detail?: string };
    if (detail !== undefined) return detail;
  } catch {
    // Something in front of the node has answered.
  }
  return `the node answered with status ${response.status}`;
}
