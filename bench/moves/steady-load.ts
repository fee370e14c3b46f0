import { LAMP } from "../crash/lamp-sale.ts";
import type { FromGenerator, GeneratorSecond, GeneratorTask } from "../load/generator-messages.ts";
import { LoadCrowd } from "../load/load-crowd.ts";
import { RunTally } from "../runs/run-tally.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { SaleLoad, Stretch } from "./sale-load.ts";

const SECOND_MS = 1_000;
// The load ends when it is stopped.
const SECONDS_MAX = 86_400;
const SOCKETS_MIN = 30;
const SEED = 1;
const QUIET_MS = 10_000;

/**
 * Customers who come by a Poisson process, whatever the shop does, and order once each: the load of a shop that has been made large
 * enough. Latency counts from when a customer was to begin.
 */
export class SteadyLoad implements SaleLoad {
  readonly #rate: number;
  readonly #crowds: readonly LoadCrowd[];
  readonly #ended: Promise<unknown>;
  readonly #seconds: GeneratorSecond[] = [];
  #unanswered = 0;
  #startMs = 0;
  #countedMs = 0;

  private constructor(socketUrls: readonly URL[], rate: number) {
    this.#rate = rate;
    const ends: Promise<void>[] = [];
    this.#crowds = socketUrls.map((url, generator) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      ends.push(promise);
      return new LoadCrowd(taskOf(url, rate, generator, socketUrls.length), (told) =>
        this.#heard(told, resolve),
      );
    });
    this.#ended = Promise.all(ends);
  }

  /** Lets customers in who are going to order `rate` times per second, at each of the nodes as often. */
  static async open(socketUrls: readonly URL[], rate: number): Promise<SteadyLoad> {
    const load = new SteadyLoad(socketUrls, rate);
    for (const crowd of load.#crowds) await crowd.open();
    return load;
  }

  start(): void {
    this.#startMs = performance.now();
    for (const crowd of this.#crowds) crowd.begin(this.#startMs);
  }

  count(): void {
    this.#countedMs = performance.now();
  }

  async stop(): Promise<void> {
    for (const crowd of this.#crowds) crowd.stop();
    await this.#ended;
  }

  summary(drains: readonly Stretch[]): string {
    const counted = this.#seenIn({ fromMs: this.#countedMs, toMs: Number.POSITIVE_INFINITY });
    const { retries, dropped, unfinished } = counted.counts;
    return [
      `${this.#rate} orders/s come; the crowd itself was late by up to ${Math.ceil(counted.latestStartMs)} ms`,
      this.#orders("while nothing moves", this.#quiet),
      this.#orders("while shards move", ...drains),
      `refused ${counted.refused}, sent again ${retries}, cut off ${unfinished}, ` +
        `checkouts without an answer ${this.#unanswered}, without a connection ${dropped}`,
    ].join("\n");
  }

  /** The last seconds before what happens counts, none of which touches anything later. */
  get #quiet(): Stretch {
    const toMs = this.#countedMs - SECOND_MS;
    return { fromMs: toMs - QUIET_MS, toMs };
  }

  /** Orders that ended in seconds that touch one of those times. */
  #orders(when: string, ...stretches: readonly Stretch[]): string {
    const { counts, latencies } = this.#seenIn(...stretches);
    const { p50Ms = 0, p99Ms = 0, maxMs = 0 } = latencies.latencies().order ?? {};
    return `orders ${when}: ${counts.orders}, p50 ${p50Ms} ms, p99 ${p99Ms} ms, most ${maxMs} ms`;
  }

  #seenIn(...stretches: readonly Stretch[]): RunTally {
    const tally = new RunTally();
    for (const each of this.#seconds) {
      const fromMs = this.#startMs + each.second * SECOND_MS;
      if (stretches.some((stretch) => stretch.fromMs < fromMs + SECOND_MS && fromMs < stretch.toMs))
        tally.take(each);
    }
    return tally;
  }

  #heard(told: FromGenerator, ended: () => void): void {
    if (told.kind === "second") this.#seconds.push(told.second);
    if (told.kind !== "done") return;
    this.#unanswered += told.unanswered;
    ended();
  }
}

function taskOf(socketUrl: URL, rate: number, generator: number, generators: number): GeneratorTask {
  return {
    scenario: scenarioOf(rate),
    runId: "moves",
    seed: SEED,
    generator,
    generators,
    socketUrl: socketUrl.href,
    skus: [LAMP],
    beacon: undefined,
    recorded: [],
  };
}

function scenarioOf(rate: number): Scenario {
  return {
    name: "moves",
    description: "Everybody wants one product.",
    shop: { skus: 1, stock: undefined, limitPerCustomer: undefined, zipf: 0 },
    arrivals: { kind: "open" },
    // A connection for every order that begins within a second, so that none is dropped unless orders take that long.
    sockets: Math.max(SOCKETS_MIN, rate),
    warmUpSeconds: 0,
    phases: [{ name: "moves", seconds: SECONDS_MAX, fromRate: rate, toRate: rate }],
    journeys: [
      {
        name: "order",
        weight: 1,
        steps: [
          { kind: "add", lines: 1, quantity: 1 },
          { kind: "checkout", paymentToken: "tok_ok" },
        ],
      },
    ],
    watchers: 0,
    thresholds: [],
  };
}
