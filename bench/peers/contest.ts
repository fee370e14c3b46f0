import { unlessInterrupted } from "../interruption/interruption.ts";
import type { Entrant, EntrantName, Round, RoundPlan } from "./entrant.ts";
import { untilAtRest } from "./rest.ts";

/** How long everybody sells, and to how many. */
export interface ContestPlan {
  /** Buyers at the same time, the same for everybody. */
  readonly buyers: number;
  /** Rounds of each entrant that count. */
  readonly rounds: number;
  /** Time of such a round in which its orders count, and time before that, seconds. */
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

/** Which part of a contest it is. */
export type ContestStage = "trying" | "selling" | "selling out";

/** Follows a contest from outside. */
export interface ContestWatch {
  /** Ends the contest early. */
  readonly signal: AbortSignal;
  /** Called when somebody begins to sell: the number of this sale in its stage, from 1, and how many there are. */
  readonly began: (stage: ContestStage, name: EntrantName, sale: number, sales: number) => void;
  /** Processes that are waited for between sales: what they still do is not to be paid by whoever comes next. */
  readonly servers: readonly number[];
  /**
   * Resolves when the shop's tables for queries have followed its journal. In a rush they fall behind, and a shop that pauses
   * before it goes on with them seems to be at rest.
   */
  readonly untilCaughtUp: () => Promise<void>;
}

/** An entrant with the number of connections that suits it best. */
export interface Contestant {
  readonly entrant: Entrant;
  readonly connections: number;
}

/** What everybody did in the end. */
export interface Standing extends Contestant {
  readonly rounds: readonly Round[];
  readonly sellOut: Round;
}

const TRIAL_SECONDS = 1;
// Whoever sells for the first time compiles its program meanwhile; after that it is only to be seen which number is best.
const FIRST_WARM_UPS = 4;
/** A stock that is sold out at once, and half as many buyers again. */
export const SELL_OUT = { kind: "sell-out", units: 1_000, attempts: 1_500 } as const;

/** The same crowd buys from everybody, one after the other. */
export class Contest {
  readonly #plan: ContestPlan;
  readonly #watch: ContestWatch;

  constructor(plan: ContestPlan, watch: ContestWatch) {
    this.#plan = plan;
    this.#watch = watch;
  }

  /**
   * Runs all of it.
   * @throws {Interrupted} when it shall end early; an error when somebody cannot sell.
   */
  async run(entrants: readonly Entrant[]): Promise<readonly Standing[]> {
    const contestants: Contestant[] = [];
    for (const entrant of entrants) contestants.push(await this.#try(entrant, entrants));
    const rounds = await this.#takeTurns(contestants);
    const standings: Standing[] = [];
    for (const [index, contestant] of contestants.entries()) {
      this.#watch.began("selling out", contestant.entrant.name, index + 1, contestants.length);
      const sellOut = await this.#sell(contestant, SELL_OUT);
      standings.push({ ...contestant, rounds: rounds.get(contestant) ?? [], sellOut });
    }
    return standings;
  }

  /** Finds the best number of connections. The rounds are for warming up as well: none of them counts. */
  async #try(entrant: Entrant, entrants: readonly Entrant[]): Promise<Contestant> {
    const sales = entrants.flatMap(({ name, connectionChoices }) => connectionChoices.map(() => name));
    let best: Round | undefined;
    for (const [index, connections] of entrant.connectionChoices.entries()) {
      this.#watch.began("trying", entrant.name, sales.indexOf(entrant.name) + index + 1, sales.length);
      const warmUpSeconds = this.#plan.warmUpSeconds * (index === 0 ? FIRST_WARM_UPS : 1);
      const goal = { kind: "time", seconds: TRIAL_SECONDS, warmUpSeconds } as const;
      const round = await this.#sell({ entrant, connections }, goal);
      if (best === undefined || round.ordersPerSecond > best.ordersPerSecond) best = round;
    }
    if (best === undefined) throw new Error(`${entrant.name} has no connections to sell on`);
    return { entrant, connections: best.connections };
  }

  /** A machine that changes its speed changes it for all of them. */
  async #takeTurns(contestants: readonly Contestant[]): Promise<ReadonlyMap<Contestant, readonly Round[]>> {
    const { rounds, seconds, warmUpSeconds } = this.#plan;
    const sold = new Map<Contestant, Round[]>(contestants.map((contestant) => [contestant, []]));
    const sales = rounds * contestants.length;
    let sale = 0;
    for (let number = 1; number <= rounds; number += 1) {
      // There and back: whoever comes after the same one each time might profit from it, or suffer.
      for (const contestant of number % 2 === 1 ? contestants : contestants.toReversed()) {
        this.#watch.began("selling", contestant.entrant.name, (sale += 1), sales);
        sold.get(contestant)?.push(await this.#sell(contestant, { kind: "time", seconds, warmUpSeconds }));
      }
    }
    return sold;
  }

  async #sell({ entrant, connections }: Contestant, goal: RoundPlan["goal"]): Promise<Round> {
    const { signal, servers, untilCaughtUp } = this.#watch;
    await unlessInterrupted(signal, untilCaughtUp());
    await untilAtRest(servers, signal);
    return entrant.sell({ buyers: this.#plan.buyers, connections, goal }, signal);
  }
}
