import type { Clock } from "../../engine/ports/clock.ts";
import type { Log } from "../../engine/ports/log.ts";
import { EndpointMoved } from "../../engine/ports/webhook-store.ts";
import type { OutgoingEvent, SignedEndpoint, WebhookStore } from "../../engine/ports/webhook-store.ts";
import { CLOUD_EVENT_TYPE } from "./cloud-event.ts";
import { DeliveryRound } from "./delivery-round.ts";
import { EndpointCondition } from "./endpoint-condition.ts";
import { EventReader, type EventSources, type ReadEvents } from "./event-reader.ts";
import { RecordsBehind } from "./on-hand.ts";
import { signatureHeaders } from "./signature.ts";
import { WaitingLetters } from "./waiting-letters.ts";
import type { WebhookCounters } from "./webhook-counters.ts";
import type { WebhookLimits } from "./webhook-limits.ts";
import type { Delivery, DeliveryOutcome, WebhookSender } from "./webhook-sender.ts";

/** What an endpoint is told with. */
export interface RelayDependencies extends EventSources {
  readonly store: WebhookStore;
  readonly send: WebhookSender;
  readonly counters: WebhookCounters;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: WebhookLimits;
}

/** What is known of an endpoint while it is told. */
interface Progress {
  readonly reader: EventReader;
  readonly letters: WaitingLetters;
}

const NOTHING: ReadEvents = { events: [], isBehind: true, oldestAtMs: undefined, faults: new Map() };

/** The attempt to tell an endpoint an event: signed now, by all of its secrets that are valid. */
export function deliveryOf(
  endpoint: SignedEndpoint,
  { id, body }: Pick<OutgoingEvent, "id" | "body">,
  sentAtMs: number,
): Delivery {
  const { url, allowsPrivate, allowsPlain, secrets, previousSecretUntilMs } = endpoint;
  const valid = (previousSecretUntilMs ?? 0) > sentAtMs ? secrets : secrets.slice(0, 1);
  const headers = {
    "Content-Type": CLOUD_EVENT_TYPE,
    ...signatureHeaders({ id, sentAtMs, body }, valid),
  };
  return { url, allowsPrivate, allowsPlain, headers, body };
}

/** Tells one endpoint what happens, at least once, the events of each subject in their order, at its own pace. */
export class EndpointRelay {
  readonly #endpoint: SignedEndpoint;
  readonly #dependencies: RelayDependencies;
  readonly #condition: EndpointCondition;
  readonly #abort = new AbortController();
  #progress: Progress | undefined;
  #loadedAtMs = 0;
  #oldestAtMs: number | undefined;
  /** Since when something could not be read or noted; undefined while all can. */
  #stuckSinceMs: number | undefined;
  /** Shards that could not be read at the last look: each is told of once. */
  #unreadable: ReadonlySet<number> = new Set();
  #storedAtMs = 0;
  /** The log says that it takes nothing, and not yet that it is well again. */
  #isToldFailing: boolean;
  #isStopping = false;
  #running: Promise<void> | undefined;
  #cancelPause: () => void = () => undefined;

  constructor(endpoint: SignedEndpoint, dependencies: RelayDependencies) {
    this.#endpoint = endpoint;
    this.#dependencies = dependencies;
    this.#condition = new EndpointCondition(endpoint, dependencies.limits);
    // Whoever told it before has said so.
    this.#isToldFailing = this.#hasFailedLong();
  }

  /**
   * When the oldest event happened that was not taken yet; undefined when all were, at the last look. What cannot be read counts from
   * the moment on when it could not.
   */
  get oldestAtMs(): number | undefined {
    return earliest(this.#oldestAtMs, this.#stuckSinceMs);
  }

  /** The revision of the endpoint that is told. */
  get revision(): number {
    return this.#endpoint.revision;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends once what is under way has ended, or has been given up; what was told by then is stored. */
  async stop(): Promise<void> {
    const { clock, limits } = this.#dependencies;
    this.#isStopping = true;
    this.#cancelPause();
    const cancel = clock.after(limits.endMsMax, () => this.#abort.abort());
    await this.#running;
    cancel();
  }

  async #run(): Promise<void> {
    const { limits, log, clock } = this.#dependencies;
    const endpoint = this.#endpoint.id;
    while (!this.#isStopping) {
      try {
        this.#progress ??= await this.#load();
        const pauseMs = await this.#round(this.#progress);
        await this.#pause(pauseMs);
      } catch (error) {
        // Read again from what is stored: what was told and could not be noted is told again.
        this.#progress = undefined;
        if (this.#abort.signal.aborted) return;
        this.#stuckSinceMs ??= clock.nowMs();
        if (error instanceof RecordsBehind || error instanceof EndpointMoved)
          log.debug({ endpoint, reason: error.message }, "an endpoint is told again from what is stored");
        else log.warn({ err: error, endpoint }, "an endpoint cannot be told at the moment; will try again");
        await this.#pause(Math.max(limits.retryMs, limits.idlePauseMs));
      }
    }
    if (this.#progress !== undefined) await this.#flush(this.#progress.reader);
  }

  async #load(): Promise<Progress> {
    const { store, clock } = this.#dependencies;
    const { id } = this.#endpoint;
    const [positions, waiting] = await Promise.all([store.positions(id), store.waiting(id)]);
    const { signal } = this.#abort;
    const reader = await EventReader.open(this.#dependencies, this.#endpoint, positions, signal);
    this.#loadedAtMs = clock.nowMs();
    return { reader, letters: new WaitingLetters(waiting) };
  }

  /** Returns for how long there is nothing to do, milliseconds. */
  async #round({ reader, letters }: Progress): Promise<number> {
    const { clock, limits } = this.#dependencies;
    const condition = this.#condition;
    const beganAtMs = clock.nowMs();
    if (condition.restsUntilMs > beganAtMs) return condition.restsUntilMs - beganAtMs;
    const eventsMax = condition.isAway ? 1 : limits.eventsPerRoundMax;
    // One that is away is tried with what is new, too: what waits may be what it cannot take.
    const isFull = condition.isAway && letters.size >= limits.waitingMax;
    const read = isFull ? NOTHING : await reader.next(eventsMax);
    const restMs = Math.min((clock.nowMs() - beganAtMs) * limits.readPauseFactor, limits.readPauseMsMax);
    this.#noteOldest(letters, read);
    this.#noteFaults(read);
    const round = new DeliveryRound(
      {
        letters,
        condition,
        limits,
        send: (event) => this.#send(event),
        nowMs: () => clock.nowMs(),
        chance: Math.random,
        isStopped: () => this.#isStopping,
      },
      eventsMax,
      read.events,
    );
    await round.run();
    await this.#record(reader, round);
    this.#noteOldest(letters, read.isBehind ? read : { ...read, oldestAtMs: undefined });
    const paceMs = ((round.delivered + round.failed) * 1_000) / limits.eventsPerSecondMax;
    const nowMs = clock.nowMs();
    if (reader.leavesOut && nowMs - this.#loadedAtMs >= limits.leftOutMsMax) this.#progress = undefined;
    const owedMs = Math.max(restMs, beganAtMs + paceMs - nowMs);
    if (read.isBehind && !isFull) return owedMs;
    const nextDueAtMs = letters.nextDueAtMs() ?? Number.POSITIVE_INFINITY;
    return Math.max(owedMs, Math.min(limits.idlePauseMs, nextDueAtMs - nowMs));
  }

  async #record(reader: EventReader, round: DeliveryRound): Promise<void> {
    const { store, counters, clock, limits, log } = this.#dependencies;
    const { settled, waiting, dead, delivered, failed } = round;
    const suspension = round.suspension ?? null;
    counters.delivered += delivered;
    counters.failed += failed;
    const isQuiet = delivered + failed + waiting.length + dead.length === 0 && suspension === null;
    if (isQuiet && clock.nowMs() - this.#storedAtMs < limits.positionsEveryMs) return;
    const steps = reader.steps();
    if (isQuiet && steps.length === 0) return;
    const { health } = this.#condition;
    await store.record(this.#endpoint.id, { steps, settled, waiting, dead, health, suspension });
    reader.stepped(steps);
    this.#storedAtMs = clock.nowMs();
    counters.dead += dead.length;
    if (suspension === null) this.#tellFailing();
    if (dead.length > 0)
      log.warn(
        { endpoint: this.#endpoint.id, count: dead.length },
        "an endpoint takes others, and not these events",
      );
    if (suspension === null) return;
    log.warn({ endpoint: this.#endpoint.id, reason: suspension }, "an endpoint is suspended");
    this.#isStopping = true;
  }

  /** Says once that an endpoint takes nothing, and once that it is well again. */
  #tellFailing(): void {
    const { log } = this.#dependencies;
    const { failingSinceMs, lastFailure } = this.#condition.health;
    const endpoint = this.#endpoint.id;
    if (failingSinceMs === null && this.#isToldFailing) {
      this.#isToldFailing = false;
      log.warn({ endpoint }, "an endpoint takes what it gets again");
    } else if (!this.#isToldFailing && this.#hasFailedLong()) {
      this.#isToldFailing = true;
      log.warn({ endpoint, reason: lastFailure }, "an endpoint takes nothing; it is tried on");
    }
  }

  #hasFailedLong(): boolean {
    const { clock, limits } = this.#dependencies;
    const { failingSinceMs } = this.#condition.health;
    return failingSinceMs !== null && clock.nowMs() - failingSinceMs >= limits.failingToldMs;
  }

  /** Positions that were read since the last record: at worst they are read again. */
  async #flush(reader: EventReader): Promise<void> {
    const { store, log } = this.#dependencies;
    try {
      const steps = reader.steps();
      const { health } = this.#condition;
      if (steps.length > 0)
        await store.record(this.#endpoint.id, {
          steps,
          settled: [],
          waiting: [],
          dead: [],
          health,
          suspension: null,
        });
    } catch (error) {
      log.debug(
        { err: error, endpoint: this.#endpoint.id },
        "the last positions of an endpoint are not stored",
      );
    }
  }

  #send(event: OutgoingEvent): Promise<DeliveryOutcome> {
    const { send, clock } = this.#dependencies;
    return send(deliveryOf(this.#endpoint, event, clock.nowMs()), this.#abort.signal);
  }

  #noteOldest(letters: WaitingLetters, { oldestAtMs }: Pick<ReadEvents, "oldestAtMs">): void {
    this.#oldestAtMs = earliest(letters.oldestAtMs(), oldestAtMs);
  }

  #noteFaults({ faults }: Pick<ReadEvents, "faults">): void {
    const { clock, log } = this.#dependencies;
    this.#stuckSinceMs = faults.size === 0 ? undefined : (this.#stuckSinceMs ?? clock.nowMs());
    for (const [shard, error] of faults)
      if (!this.#unreadable.has(shard))
        log.warn(
          { err: error, endpoint: this.#endpoint.id, shard },
          "a shard cannot be read for an endpoint, which is told of the others; will try again",
        );
    this.#unreadable = new Set(faults.keys());
  }

  async #pause(pauseMs: number): Promise<void> {
    if (this.#isStopping) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#dependencies.clock.after(Math.max(0, pauseMs), resolve);
      this.#cancelPause = () => {
        cancel();
        resolve();
      };
    });
  }
}

function earliest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
