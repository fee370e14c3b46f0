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
  /** Ready, in order; only the number in flight holds them up. */
  readonly #ready = new Map<string, OpenCall>();
  /** Failed, and waiting for their next attempt. */
  readonly #postponed = new Map<string, OpenCall>();

  constructor(dependencies: ExternalCallsDependencies) {
    this.#dependencies = dependencies;
  }

  get pending(): number {
    return this.#inFlight.size + this.#ready.size + this.#postponed.size;
  }

  /** Starts a call whose segment is durable; one that is already open is left alone. */
  place(shardNumber: number, call: PlacedCall): void {
    const name = `${shardNumber}:${call.number}`;
    if (this.#inFlight.has(name) || this.#ready.has(name) || this.#postponed.has(name)) return;
    this.#ready.set(name, { shardNumber, call, attempts: 0, notBeforeMs: 0 });
    this.#startReady();
  }

  /** Makes a call again after a pause: its answer could not be used. */
  repeatLater(shardNumber: number, call: PlacedCall): void {
    this.#postpone(`${shardNumber}:${call.number}`, { shardNumber, call, attempts: 0, notBeforeMs: 0 });
  }

  /** Starts what has waited long enough. */
  startDue(): void {
    const nowMs = this.#dependencies.clock.nowMs();
    for (const [name, open] of this.#postponed) {
      if (open.notBeforeMs > nowMs) continue;
      this.#postponed.delete(name);
      this.#ready.set(name, open);
    }
    this.#startReady();
  }

  #startReady(): void {
    for (const [name, open] of this.#ready) {
      if (this.#inFlight.size >= this.#dependencies.limits.callsInFlightMax) return;
      this.#ready.delete(name);
      this.#inFlight.add(name);
      this.#make(open).then(
        (answer) => this.#answered(name, open, answer),
        (error: unknown) => this.#failed(name, open, error),
      );
    }
  }

  async #make({ call, shardNumber }: OpenCall): Promise<Typed> {
    const port = this.#dependencies.ports.get(call.port);
    if (port === undefined) throw new Error(`no external port named ${call.port}`);
    const { tenant, number } = call;
    return port.call(call.request, { tenant, caller: callerOf(call), shard: shardNumber, number });
  }

  #answered(name: string, open: OpenCall, answer: Typed): void {
    this.#inFlight.delete(name);
    this.#dependencies.answer(open.shardNumber, open.call, answer);
    this.#startReady();
  }

  #failed(name: string, open: OpenCall, error: unknown): void {
    const { port } = open.call;
    const fields = { err: error, port, caller: callerOf(open.call), attempts: open.attempts + 1 };
    this.#dependencies.log.warn(fields, "external call failed; will repeat");
    this.#inFlight.delete(name);
    this.#postpone(name, open);
    this.#startReady();
  }

  #postpone(name: string, open: OpenCall): void {
    const { clock, limits } = this.#dependencies;
    const pauseMs = Math.min(limits.redeliverAfterMs * 2 ** open.attempts, RETRY_AFTER_MAX_MS);
    open.attempts += 1;
    open.notBeforeMs = clock.nowMs() + pauseMs;
    this.#postponed.set(name, open);
  }
}

function callerOf(call: PlacedCall): string {
  return `${call.tenant}/${call.kind}/${call.id}`;
}
