import type { Acknowledgement } from "../promises/acknowledgement.ts";
import { Generator } from "./generator.ts";
import type { FromGenerator, GeneratorSecond, GeneratorTask, LoadEnd } from "./generator-messages.ts";

/** What all generators of a run are to do together. */
export type LoadPlan = Omit<GeneratorTask, "generator" | "beacon">;

/** Whom the generators tell what they see. */
export interface LoadEvents {
  /** So many connections of all generators are open. */
  opening(opened: number, total: number): void;
  second(second: GeneratorSecond): void;
  acknowledged(orders: readonly Acknowledgement[]): void;
}

/** Products that a run with watchers lists beside those of its scenario, one per generator, each with `BEACON_UNITS`. */
export function beaconsOf({
  scenario,
  runId,
  generators,
}: Pick<LoadPlan, "scenario" | "runId" | "generators">): readonly string[] {
  return scenario.watchers === 0
    ? []
    : Array.from({ length: generators }, (_, generator) => `bench-${runId}-beacon-${generator + 1}`);
}

/** All generators of a run. */
export class Generators {
  readonly #generators: readonly Generator[];
  readonly #events: LoadEvents;
  readonly #openings: { opened: number; total: number }[];
  readonly #ready = Promise.withResolvers<void>();
  readonly #done = Promise.withResolvers<LoadEnd>();
  #readyCount = 0;
  #doneCount = 0;
  #end: LoadEnd = { unanswered: 0, cutOffAtSeconds: null };

  private constructor(plan: LoadPlan, events: LoadEvents) {
    this.#events = events;
    this.#openings = Array.from({ length: plan.generators }, () => ({ opened: 0, total: 0 }));
    const beacons = beaconsOf(plan);
    this.#generators = this.#openings.map((_, generator) => {
      const recorded = plan.recorded.filter((_basket, index) => index % plan.generators === generator);
      const task = { ...plan, generator, beacon: beacons[generator], recorded };
      return new Generator(task, {
        heard: (told) => this.#heard(generator, told),
        died: (reason) => this.#fail(reason),
      });
    });
    // Who fails before anybody waits for the end is heard of by whoever waits for the beginning.
    this.#done.promise.catch(() => undefined);
  }

  /**
   * Starts `plan.generators` processes and lets them open their connections.
   * @throws when the shop does not let somebody in, or a generator ends.
   */
  static async open(plan: LoadPlan, events: LoadEvents): Promise<Generators> {
    const generators = new Generators(plan, events);
    try {
      await generators.#ready.promise;
      return generators;
    } catch (error) {
      await generators.close();
      throw error;
    }
  }

  /** Begins the run at this time by the machine's clock, milliseconds since 1970. */
  start(atMs: number): void {
    for (const generator of this.#generators) generator.start(atMs);
  }

  /** Ends the run early: no visit is begun any more. */
  stop(): void {
    for (const generator of this.#generators) generator.stop();
  }

  /** Resolves when all visits have ended, and everything was told. Rejects when a generator has failed. */
  get done(): Promise<LoadEnd> {
    return this.#done.promise;
  }

  /** Ends the processes. */
  async close(): Promise<void> {
    await Promise.all(this.#generators.map((generator) => generator.close()));
  }

  #heard(generator: number, told: FromGenerator): void {
    switch (told.kind) {
      case "opening":
        return this.#opening(generator, told);
      case "ready":
        this.#readyCount += 1;
        if (this.#readyCount === this.#generators.length) this.#ready.resolve();
        return;
      case "second":
        return this.#events.second(told.second);
      case "acknowledged":
        return this.#events.acknowledged(told.orders);
      case "done":
        this.#doneCount += 1;
        this.#end = {
          unanswered: this.#end.unanswered + told.unanswered,
          cutOffAtSeconds: earlier(this.#end.cutOffAtSeconds, told.cutOffAtSeconds),
        };
        if (this.#doneCount === this.#generators.length) this.#done.resolve(this.#end);
        return;
      case "failed":
        return this.#fail(told.reason);
    }
  }

  #opening(generator: number, { opened, total }: { readonly opened: number; readonly total: number }): void {
    this.#openings[generator] = { opened, total };
    const sum = (pick: (each: { opened: number; total: number }) => number): number =>
      this.#openings.reduce((all, each) => all + pick(each), 0);
    this.#events.opening(
      sum((each) => each.opened),
      sum((each) => each.total),
    );
  }

  #fail(reason: string): void {
    const error = new Error(reason);
    this.#ready.reject(error);
    this.#done.reject(error);
  }
}

function earlier(left: number | null, right: number | null): number | null {
  return left === null || right === null ? (left ?? right) : Math.min(left, right);
}
