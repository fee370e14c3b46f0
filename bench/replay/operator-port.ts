import type { Result } from "../../gateway/client/result.ts";
import type { Operation, Operations, Problem, Replies } from "../../gateway/protocol/messages.ts";

/** The commands of a shop, as a connected operator has them. */
export interface OperatorPort {
  command<Op extends Operation>(
    op: Op,
    values: Operations[Op],
    options: { readonly key: string; readonly deadlineMs: number },
  ): Promise<Result<Replies[Op]>>;
}

const DEADLINE_MS = 60_000;
const ATTEMPTS_MAX = 60;
const RETRY_MS = 250;
const TRANSIENT_CODES: ReadonlySet<string> = new Set(["deadline_expired", "unavailable"]);

/**
 * An operator connection that sends at most so many commands at a time (a gateway refuses more on one socket), and
 * repeats, with the same key, what may succeed later.
 */
export class OperatorLine {
  readonly #port: OperatorPort;
  readonly #inFlightMax: number;
  readonly #waiting: (() => void)[] = [];
  #inFlight = 0;

  constructor(port: OperatorPort, inFlightMax: number) {
    this.#port = port;
    this.#inFlightMax = inFlightMax;
  }

  /** The command's last result; a refusal is final, or the attempts are used up. */
  async send<Op extends Operation>(
    op: Op,
    values: Operations[Op],
    key: string,
  ): Promise<Result<Replies[Op]>> {
    if (this.#inFlight >= this.#inFlightMax)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#inFlight += 1;
    try {
      return await this.#insist(op, values, key);
    } finally {
      const next = this.#waiting.shift();
      // The place goes straight to the next in line, so that nobody else can take it meanwhile.
      if (next === undefined) this.#inFlight -= 1;
      else next();
    }
  }

  async #insist<Op extends Operation>(
    op: Op,
    values: Operations[Op],
    key: string,
  ): Promise<Result<Replies[Op]>> {
    for (let attempt = 1; ; attempt += 1) {
      const result = await this.#port.command(op, values, { key, deadlineMs: DEADLINE_MS });
      if (result.ok || attempt >= ATTEMPTS_MAX || !isTransient(result.problem)) return result;
      await Bun.sleep(result.problem.retryAfterMs ?? RETRY_MS);
    }
  }
}

function isTransient(problem: Problem): boolean {
  return problem.retryAfterMs !== undefined || TRANSIENT_CODES.has(problem.code);
}
