import type { Typed } from "../contract/decider.ts";
import type { PlacedCall } from "../contract/segment.ts";
import type { Clock } from "../ports/clock.ts";
import type { ExternalPort } from "../ports/external.ts";
import type { Log } from "../ports/log.ts";
import type { LaneLimits } from "./limits.ts";

const RETRY_AFTER_MAX_MS = 30_000;

/** A call that is durable and not answered. */
interface OpenCall {
  readonly shardNumber: number;
  readonly call: PlacedCall;
  attempts: number;
  notBeforeMs: number;
}

/** What the calls need of their lane. */
export interface ExternalCallsDependencies {
  readonly ports: ReadonlyMap<string, ExternalPort>;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: LaneLimits;
  readonly answer: (shardNumber: number, call: PlacedCall, answer: Typed) => void;
}

/** Makes the lane's calls to the world outside: bounded in flight, repeated with growing pauses until answered. */
export class ExternalCalls {
  readonly #dependencies: ExternalCallsDependencies;
  readonly #inFlight = new Set<string>();
  readonly #waiting = new Map<string, OpenCall>();

  constructor(dependencies: ExternalCallsDependencies) {
    this.#dependencies = dependencies;
  }

  get pending(): number {
    return this.#inFlight.size + this.#waiting.size;
  }

  /** Starts a call whose segment is durable; one that is already open is left alone. */
  place(shardNumber: number, call: PlacedCall): void {
    const name = `${shardNumber}:${call.number}`;
    if (this.#inFlight.has(name) || this.#waiting.has(name)) return;
    const open: OpenCall = { shardNumber, call, attempts: 0, notBeforeMs: 0 };
    if (this.#inFlight.size < this.#dependencies.limits.callsInFlightMax) this.#start(name, open);
    else this.#waiting.set(name, open);
  }

  /** Starts what has waited long enough. */
  startDue(): void {
    const nowMs = this.#dependencies.clock.nowMs();
    for (const [name, open] of this.#waiting) {
      if (this.#inFlight.size >= this.#dependencies.limits.callsInFlightMax) return;
      if (open.notBeforeMs > nowMs) continue;
      this.#waiting.delete(name);
      this.#start(name, open);
    }
  }

  #start(name: string, open: OpenCall): void {
    const { ports, log } = this.#dependencies;
    this.#inFlight.add(name);
    const { call, shardNumber } = open;
    const caller = `${call.tenant}/${call.kind}/${call.id}`;
    const port = ports.get(call.port);
    const attempt =
      port === undefined
        ? Promise.reject(new Error(`no external port named ${call.port}`))
        : port.call(call.request, { tenant: call.tenant, caller, shard: shardNumber, number: call.number });
    attempt.then(
      (answer) => {
        this.#inFlight.delete(name);
        this.#dependencies.answer(shardNumber, call, answer);
        if (this.#waiting.size > 0) this.startDue();
      },
      (error: unknown) => {
        this.#inFlight.delete(name);
        log.warn(
          { err: error, port: call.port, caller, attempts: open.attempts },
          "external call failed; will repeat",
        );
        this.#postpone(name, open);
      },
    );
  }

  #postpone(name: string, open: OpenCall): void {
    const { clock, limits } = this.#dependencies;
    const pauseMs = Math.min(limits.redeliverAfterMs * 2 ** open.attempts, RETRY_AFTER_MAX_MS);
    open.attempts += 1;
    open.notBeforeMs = clock.nowMs() + pauseMs;
    this.#waiting.set(name, open);
  }
}
