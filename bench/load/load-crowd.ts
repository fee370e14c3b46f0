import type { Acknowledgement } from "../promises/acknowledgement.ts";
import { addressFor } from "../flash-sale/crowd.ts";
import { arrivalsOf, runMs } from "./arrival-source.ts";
import type { Company } from "./company.ts";
import type { FromGenerator, GeneratorTask, RecordedBasket } from "./generator-messages.ts";
import { JourneyChoice } from "./journey-choice.ts";
import { Opening } from "./opening.ts";
import { Popularity } from "./popularity.ts";
import { Random } from "./random.ts";
import { RunClock } from "./run-clock.ts";
import { SecondTally } from "./second-tally.ts";
import { shareOf } from "./share.ts";
import { Spectators } from "./spectators.ts";
import { VisitorPool } from "./visitor-pool.ts";

const OPENED_TOLD_EVERY = 20;

/** How long a crowd waits for a shop that does not answer, milliseconds. */
export interface CrowdPatience {
  /** What is under way when the run is over gets this long to end; then it counts as unanswered. */
  readonly finishMs: number;
  /** A shop that lets nobody in for so long has gone away. */
  readonly goneMs: number;
}

const PATIENCE: CrowdPatience = { finishMs: 15_000, goneMs: 5_000 };

/** Everybody that one generator sends to the shop. */
export class LoadCrowd implements Company {
  readonly tally: SecondTally;
  readonly skus: readonly string[];
  readonly popularity: Popularity;
  readonly hasLimit: boolean;
  readonly #task: GeneratorTask;
  readonly #tell: (told: FromGenerator) => void;
  readonly #patience: CrowdPatience;
  readonly #clock: RunClock;
  readonly #journeys: JourneyChoice;
  readonly #visitSeed: number;
  readonly #pool: VisitorPool;
  readonly #spectators: Spectators | undefined;
  #opening: Opening | undefined;
  #stage: "before" | "running" | "ending" | "over" = "before";
  #hasBegun = false;
  #acknowledged: Acknowledgement[] = [];
  #keys = 0;
  #visits = 0;
  #unanswered = 0;
  #startMs = 0;
  #seenAtMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(task: GeneratorTask, tell: (told: FromGenerator) => void, patience = PATIENCE) {
    const { scenario, skus, seed, generator } = task;
    this.#task = task;
    this.#tell = tell;
    this.#patience = patience;
    this.skus = skus;
    this.tally = new SecondTally(generator);
    this.popularity = new Popularity(skus.length, scenario.shop.zipf);
    this.hasLimit = scenario.shop.limitPerCustomer !== undefined;
    this.#journeys = new JourneyChoice(
      scenario.journeys,
      new Random(Random.seedFor(seed, `journeys/${generator}`)),
    );
    this.#visitSeed = Random.seedFor(seed, `visits/${generator}`);
    this.#clock = new RunClock(arrivalsOf(task), {
      arrived: ({ basket }, dueMs, nowMs) => this.#visit(dueMs, nowMs, basket),
      secondPassed: (nowMs) => this.#secondPassed(nowMs),
    });
    const lost = (reason: string): void => this.#opening?.failed(reason);
    const sockets = shareOf(scenario.sockets, task);
    this.#pool = new VisitorPool(
      Array.from({ length: sockets }, (_, index) => urlOf(task, index)),
      this,
      {
        welcomed: () => this.#opening?.opened(),
        visitOver: () => this.#endWhenIdle(),
        freed: () => this.#freed(),
        lost,
        emptied: () => (this.#seenAtMs = performance.now()),
      },
    );
    this.#spectators = Spectators.of(task, this, (index) => urlOf(task, sockets + index), {
      opened: () => this.#opening?.opened(),
      lost,
      idle: () => this.#endWhenIdle(),
    });
  }

  get isEnding(): boolean {
    return this.#stage === "ending" || this.#stage === "over";
  }

  /** Lets everybody in. @throws when the shop does not let somebody in. */
  async open(): Promise<void> {
    const connections = [...this.#pool.visitors, ...(this.#spectators?.connections ?? [])];
    this.#opening = new Opening(connections, (opened, total) => {
      if (opened % OPENED_TOLD_EVERY === 0 || opened === total)
        this.#tell({ kind: "opening", opened, total });
    });
    await this.#opening.run().finally(() => (this.#opening = undefined));
  }

  /** Begins the run at this time by `performance.now()`, which may be yet to come. */
  begin(startMs: number): void {
    this.#after(startMs, () => {
      this.#stage = "running";
      this.#hasBegun = true;
      this.#startMs = startMs;
      this.#seenAtMs = startMs;
      this.tally.begin();
      this.#clock.begin(startMs);
      const endMs = startMs + runMs(this.#task.scenario);
      this.#spectators?.begin(startMs, endMs);
      this.#after(endMs, () => this.#endVisits("on time"));
      for (let free = this.#pool.freeCount; free > 0; free -= 1) this.#freed();
    });
  }

  /** Ends the run early: no visit is begun any more; those under way go on for a while. */
  stop(): void {
    this.#endVisits("early");
  }

  nextKey(): string {
    this.#keys += 1;
    return `${this.#task.runId}-${this.#task.generator}-${this.#keys.toString(36)}`;
  }

  passed(nowMs: number): void {
    this.#clock.passed(nowMs);
  }

  acknowledged(told: Acknowledgement): void {
    this.#acknowledged.push(told);
  }

  unanswered(): void {
    this.#unanswered += 1;
  }

  #endVisits(when: "on time" | "early"): void {
    const nowMs = performance.now();
    this.passed(nowMs);
    if (this.isEnding) return;
    this.#stage = "ending";
    this.#clock.stopArrivals();
    if (when === "early" && this.#hasBegun) {
      // The second ends with the run: what is under way comes to its end in another one.
      this.#clock.beginSecond(nowMs);
      this.#report();
    }
    this.#spectators?.stop(nowMs);
    this.#after(nowMs + this.#patience.finishMs, () => this.#end(false));
    this.#pool.leaveThoughts();
    this.#endWhenIdle();
  }

  #visit(dueMs: number, nowMs: number, basket: RecordedBasket | undefined): void {
    this.tally.count("arrivals");
    this.tally.late(nowMs - dueMs);
    this.#visits += 1;
    const visit = {
      journey: this.#journeys.next(),
      dueMs,
      seed: this.#visitSeed,
      number: this.#visits,
      basket,
    };
    if (!this.#pool.begin(visit, nowMs)) this.tally.count("dropped");
  }

  /** In a closed loop, who is done begins again. */
  #freed(): void {
    if (this.#stage !== "running" || this.#task.scenario.arrivals.kind !== "closed") return;
    const nowMs = performance.now();
    this.#visit(nowMs, nowMs, undefined);
  }

  #secondPassed(nowMs: number): void {
    this.#report();
    this.#pool.pingQuiet(nowMs);
    this.#spectators?.pingQuiet(nowMs);
    if (this.#pool.isEmpty && nowMs - this.#seenAtMs > this.#patience.goneMs) this.#end(true);
  }

  #report(): void {
    const orders = this.#acknowledged;
    this.#acknowledged = [];
    if (orders.length > 0) this.#tell({ kind: "acknowledged", orders });
    this.#tell({ kind: "second", second: this.tally.close() });
  }

  #endWhenIdle(): void {
    const isIdle = this.#pool.isIdle && this.#spectators?.isIdle !== false;
    if (this.#stage === "ending" && isIdle) this.#end(false);
  }

  #end(wasCutOff: boolean): void {
    if (this.#stage === "over") return;
    this.#stage = "over";
    clearTimeout(this.#timer);
    this.#clock.stop();
    this.#spectators?.close();
    this.#pool.close();
    if (this.#hasBegun) this.#report();
    const cutOffAtSeconds = wasCutOff ? (this.#seenAtMs - this.#startMs) / 1_000 : null;
    this.#tell({ kind: "done", unanswered: this.#unanswered, cutOffAtSeconds });
  }

  #after(atMs: number, task: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(task, Math.max(atMs - performance.now(), 0));
  }
}

/** Connections of all generators are spread over the addresses of this machine together. */
function urlOf({ socketUrl, generator, generators }: GeneratorTask, index: number): string {
  return addressFor(new URL(socketUrl), generator + index * generators);
}
