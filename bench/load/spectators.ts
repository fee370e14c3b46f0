import { Beacon } from "./beacon.ts";
import type { Company } from "./company.ts";
import type { GeneratorTask } from "./generator-messages.ts";
import type { Openable } from "./opening.ts";
import { Random } from "./random.ts";
import { shareOf } from "./share.ts";
import { Watcher } from "./watcher.ts";

/** What happens to spectators. */
export interface SpectatorEvents {
  /** One more has come, or come again. */
  opened(): void;
  lost(reason: string): void;
  /** All pushes that there will be have been timed. */
  idle(): void;
}

/** Everybody at one generator who only watches, with the beacon that they time the pushes by. */
export class Spectators {
  readonly #watchers: readonly Watcher[];
  readonly #beacon: Beacon;

  /** Undefined when this generator has no watchers. `urlOf` gives the address for each of their connections. */
  static of(
    task: GeneratorTask,
    company: Company,
    urlOf: (index: number) => string,
    events: SpectatorEvents,
  ): Spectators | undefined {
    const count = shareOf(task.scenario.watchers, task);
    return count === 0 || task.beacon === undefined
      ? undefined
      : new Spectators(count, task.beacon, Random.seedFor(task.seed, `watchers/${task.generator}`), {
          company,
          urlOf,
          events,
        });
  }

  private constructor(
    count: number,
    beaconSku: string,
    seed: number,
    shared: {
      readonly company: Company;
      readonly urlOf: (index: number) => string;
      readonly events: SpectatorEvents;
    },
  ) {
    const { company, urlOf, events } = shared;
    const random = new Random(seed);
    const watcherEvents = {
      settled: () => events.opened(),
      beaconShown: (watcher: Watcher, available: number) => {
        const nowMs = performance.now();
        company.passed(nowMs);
        this.#beacon.shown(watcher, available, nowMs);
      },
      lost: (reason: string) => events.lost(reason),
    };
    this.#watchers = Array.from({ length: count }, (_, index) => {
      const sku = company.skus[company.popularity.pick(random)] ?? beaconSku;
      return new Watcher(urlOf(index), sku, beaconSku, watcherEvents);
    });
    this.#beacon = new Beacon(urlOf(count), beaconSku, company, count, events);
  }

  /** All connections, the beacon's included. */
  get connections(): readonly Openable[] {
    return [...this.#watchers, this.#beacon];
  }

  /** Whether all pushes that there will be have been timed. */
  get isIdle(): boolean {
    return this.#beacon.isIdle;
  }

  /** Pushes are timed from the one time on, and caused until the other, both by `performance.now()`. */
  begin(startMs: number, endMs: number): void {
    this.#beacon.begin(startMs, endMs);
  }

  /** No push is caused after this time by `performance.now()`; those under way go on. */
  stop(atMs: number): void {
    this.#beacon.stop(atMs);
  }

  pingQuiet(nowMs: number): void {
    for (const watcher of this.#watchers) watcher.pingIfQuiet(nowMs);
  }

  close(): void {
    this.#beacon.close();
    for (const watcher of this.#watchers) watcher.close();
  }
}
