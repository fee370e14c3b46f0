import { formatAddress } from "../contract/address.ts";
import type { Typed } from "../contract/decider.ts";
import type { PlacedCall } from "../contract/segment.ts";
import type { Clock } from "../ports/clock.ts";
import type { ExternalPort } from "../ports/external.ts";
import type { Log } from "../ports/log.ts";
import type { LaneLimits } from "./limits.ts";
import { RareWarning } from "./rare-warning.ts";
import { retryPauseMs } from "./retry-pause.ts";

// After two or three minutes: whatever is wrong does not pass by itself.
const STUCK_ATTEMPTS = 10;

/** A call that is durable and not answered. */
interface OpenCall {
  readonly name: number;
  readonly shardNumber: number;
  readonly call: PlacedCall;
  attempts: number;
  /** Since when it waits for its next attempt, and for how long. */
  postponedAtMs: number;
  pauseMs: number;
}

/** What the calls need of their lane. */
export interface ExternalCallsDependencies {
  readonly ports: ReadonlyMap<string, ExternalPort>;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: LaneLimits;
  /** Whether the lane's ownership is confirmed. */
  readonly confirmed: () => boolean;
  readonly answer: (call: PlacedCall, answer: Typed) => void;
}

/** Makes the lane's calls to the world outside: bounded in flight, repeated with growing pauses until answered. */
export class ExternalCalls {
  readonly #dependencies: ExternalCallsDependencies;
  readonly #open = new Map<number, OpenCall>();
  #inFlight = 0;
  /** Held up by nothing but the number in flight, in order. */
  #ready: OpenCall[] = [];
  /** Failed, and waiting for their next attempt. */
  readonly #postponed = new Set<OpenCall>();
  /** Answers to a call that could not be used, as long as the lane remembers the call. */
  readonly #unusable = new WeakMap<PlacedCall, number>();
  readonly #warning: RareWarning;

  constructor(dependencies: ExternalCallsDependencies) {
    this.#dependencies = dependencies;
    this.#warning = new RareWarning(dependencies, "external calls failed; will be repeated");
  }

  get pending(): number {
    return this.#open.size;
  }

  /** Calls that have failed again and again. */
  get stuck(): number {
    let stuck = 0;
    for (const { attempts } of this.#open.values()) if (attempts >= STUCK_ATTEMPTS) stuck += 1;
    return stuck;
  }

  /** Starts a call whose segment is durable; one that is already open is left alone. */
  place(shardNumber: number, call: PlacedCall): void {
    if (this.#open.has(nameOf(shardNumber, call))) return;
    this.#start(this.#opened(shardNumber, call));
  }

  /** Keeps a call that is not open for the next {@link startDue}. */
  placeLater(shardNumber: number, call: PlacedCall): void {
    if (this.#open.has(nameOf(shardNumber, call))) return;
    this.#postponed.add(this.#opened(shardNumber, call));
  }

  /** Makes a call again after a pause, which grows each time: its answer could not be used. */
  repeatLater(shardNumber: number, call: PlacedCall): void {
    const attempts = this.#unusable.get(call) ?? 0;
    this.#unusable.set(call, attempts + 1);
    const open = this.#opened(shardNumber, call);
    open.attempts = attempts;
    this.#postpone(open);
  }

  /** Starts what has waited for room or for long enough. Called while the lane's ownership is confirmed. */
  startDue(): void {
    this.#startReady();
    const nowMs = this.#dependencies.clock.nowMs();
    for (const open of this.#postponed) {
      const waitedMs = nowMs - open.postponedAtMs;
      // A clock that was set back does not say how long it has been: a provider knows a call that comes again.
      if (waitedMs >= 0 && waitedMs < open.pauseMs) continue;
      this.#postponed.delete(open);
      this.#start(open);
    }
  }

  /** Forgets the calls of these shards, also those in flight: whoever has the shards makes them again. */
  forget(shards: ReadonlySet<number>): void {
    const isForgotten = ({ shardNumber }: OpenCall): boolean => shards.has(shardNumber);
    for (const open of this.#open.values()) if (isForgotten(open)) this.#open.delete(open.name);
    for (const open of this.#postponed) if (isForgotten(open)) this.#postponed.delete(open);
    this.#ready = this.#ready.filter((open) => !isForgotten(open));
  }

  #opened(shardNumber: number, call: PlacedCall): OpenCall {
    const name = nameOf(shardNumber, call);
    const open: OpenCall = { name, shardNumber, call, attempts: 0, postponedAtMs: 0, pauseMs: 0 };
    this.#open.set(name, open);
    return open;
  }

  #start(open: OpenCall): void {
    if (this.#inFlight >= this.#dependencies.limits.callsInFlightMax) this.#ready.push(open);
    else this.#make(open);
  }

  #make(open: OpenCall): void {
    this.#inFlight += 1;
    this.#ask(open).then(
      (answer) => this.#answered(open, answer),
      (error: unknown) => this.#failed(open, error),
    );
  }

  #ask({ call, shardNumber }: OpenCall): Promise<Typed> {
    const port = this.#dependencies.ports.get(call.port);
    if (port === undefined) return Promise.reject(new Error(`no external port named ${call.port}`));
    const { tenant, number } = call;
    try {
      return port.call(call.request, { tenant, caller: formatAddress(call), shard: shardNumber, number });
    } catch (error) {
      return Promise.reject(new Error(`the external port ${call.port} failed at once`, { cause: error }));
    }
  }

  #answered(open: OpenCall, answer: Typed): void {
    if (this.#isOpen(open)) {
      this.#open.delete(open.name);
      this.#dependencies.answer(open.call, answer);
    }
    this.#landed();
  }

  #failed(open: OpenCall, error: unknown): void {
    this.#tell(open, error);
    if (this.#isOpen(open)) this.#postpone(open);
    this.#landed();
  }

  /** Each call that is stuck is told once, so that the log names whoever waits for it. */
  #tell({ call, attempts: failuresBefore }: OpenCall, err: unknown): void {
    const attempts = failuresBefore + 1;
    const fields = {
      err,
      port: call.port,
      caller: formatAddress(call),
      request: call.request.type,
      attempts,
    };
    if (attempts !== STUCK_ATTEMPTS) return this.#warning.failed(fields);
    this.#dependencies.log.warn(fields, "an external call fails again and again; it stays open");
  }

  /** False once its shard has left; the shard may be back, with another attempt. */
  #isOpen(open: OpenCall): boolean {
    return this.#open.get(open.name) === open;
  }

  /** There is room for another call. An owner that stood still must not make it: another one may have settled it meanwhile. */
  #landed(): void {
    this.#inFlight -= 1;
    if (this.#dependencies.confirmed()) this.#startReady();
  }

  #startReady(): void {
    while (this.#inFlight < this.#dependencies.limits.callsInFlightMax) {
      const next = this.#ready.shift();
      if (next === undefined) return;
      this.#make(next);
    }
  }

  #postpone(open: OpenCall): void {
    const { clock, limits } = this.#dependencies;
    open.postponedAtMs = clock.nowMs();
    open.pauseMs = retryPauseMs(limits.redeliverAfterMs, open.attempts);
    open.attempts += 1;
    this.#postponed.add(open);
  }
}

/** Names a call in maps: a shard's calls are numbered, and neither number comes near the end of the safe integers. */
function nameOf(shardNumber: number, call: PlacedCall): number {
  return call.number * 65_536 + shardNumber;
}
