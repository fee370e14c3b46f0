import type { Claim } from "../ports/journal.ts";
import type { Adopted } from "../ports/node-threads.ts";
import type { Log } from "../ports/log.ts";
import { turnAway } from "./turn-away.ts";
import type { Departures } from "./departures.ts";
import type { KeptWork } from "./kept-work.ts";
import type { LaneTime } from "./lane-time.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Asked, Ownership } from "./ownership.ts";
import type { PreparedShards } from "./prepared-shards.ts";
import type { Residents } from "./residents.ts";
import type { Roster } from "./roster.ts";
import type { Shard } from "./shard.ts";
import { readShards } from "./shard-recovery.ts";
import type { RecoverySources } from "./tail.ts";
import type { Watchers } from "./watchers.ts";

const NONE: Faults = new Map();

/** Why shards could not be read, by shard. */
type Faults = ReadonlyMap<number, unknown>;

/** What arrivals need of their lane. */
export interface ArrivalsDependencies {
  readonly lane: number;
  readonly log: Log;
  readonly roster: Roster;
  readonly ownership: Ownership;
  readonly sources: RecoverySources;
  readonly prepared: PreparedShards;
  readonly departures: Departures;
  readonly kept: KeptWork;
  readonly shards: Map<number, Shard>;
  readonly residents: Residents;
  readonly mailbox: Mailbox;
  readonly watchers: Watchers;
  readonly time: LaneTime;
  /** Time of the batch that is open, if one is: what was decided later than that cannot join it. */
  readonly openBatchAtMs: () => number | undefined;
  readonly planTurn: () => void;
  /** Shards serve from now on. */
  readonly served: (shards: readonly Shard[]) => void;
}

/** What became of shards that were to be taken over. */
export interface TakenOver {
  /** Those that the lane serves. */
  readonly served: readonly number[];
  /** Why those could not be read that are the lane's and not served. */
  readonly faults: Faults;
}

/** The same in words. */
export function adopted({ served, faults }: TakenOver): Adopted {
  const unread = Array.from(faults, ([shard, fault]) => ({
    shard,
    why: fault instanceof Error ? fault.message : String(fault),
  }));
  return { served, unread };
}

/** Shards that were taken over and read, and wait for the lane's next turn. */
interface Arrived {
  readonly shards: ReadonlyMap<number, Shard>;
  /** When the journal was asked for them. */
  readonly asked: Asked;
  readonly done: () => void;
}

/** Brings shards to the lane while its others go on: keeps what comes for them, takes them over, reads them, lets them serve. */
export class Arrivals {
  readonly #dependencies: ArrivalsDependencies;
  /** Shards that are wanted here by the last word about each. */
  readonly #wanted = new Set<number>();
  readonly #adoptions = new Map<number, Promise<Faults>>();
  #arrived: Arrived[] = [];
  #closed = false;

  constructor(dependencies: ArrivalsDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Reads shards ahead that another owner still has, and keeps what comes for them.
   * @throws when one of them cannot be read, or the lane stops; what has come for it is sent back.
   */
  async prepare(shards: readonly number[]): Promise<void> {
    const { roster, prepared, lane } = this.#dependencies;
    if (this.#closed) throw new Error(`lane ${lane} stops, and reads nothing ahead any more`);
    const coming = shards.filter((shard) => roster.phaseOf(shard) === undefined || prepared.has(shard));
    for (const shard of coming) roster.arrive(shard);
    const faults = await prepared.read(coming);
    for (const shard of faults.keys()) this.#turnAway(shard);
    if (faults.size > 0) throw [...faults.values()][0];
  }

  /**
   * Takes shards over, whoever has them, and serves those that can be read; those that are here, or on their way, are left
   * alone. Others than it returns may have been let go of meanwhile, or not been given to the lane.
   * @throws when they cannot be taken over: none of those that were missing is served then.
   */
  async adopt(shards: readonly number[]): Promise<TakenOver> {
    const { roster } = this.#dependencies;
    for (const shard of shards) this.#wanted.add(shard);
    await Promise.all(shards.map((shard) => this.#gone(shard)));
    const missing = shards.filter((shard) => this.#isMissing(shard));
    if (missing.length > 0 && !this.#closed) this.#begin(missing);
    const underway = new Set(shards.flatMap((shard) => this.#adoptions.get(shard) ?? []));
    const faults = new Map<number, unknown>();
    for (const adoption of underway) for (const [shard, fault] of await adoption) faults.set(shard, fault);
    return {
      served: shards.filter((shard) => roster.phaseOf(shard) === "serving"),
      faults: new Map(
        [...faults].filter(([shard]) => shards.includes(shard) && roster.phaseOf(shard) !== "serving"),
      ),
    };
  }

  /** Stops shards that are on their way. Resolves when the journal is asked nothing for them any more. */
  async cancel(shards: readonly number[]): Promise<void> {
    const { roster, prepared, ownership } = this.#dependencies;
    const coming = shards.filter((shard) => roster.phaseOf(shard) === "arriving");
    for (const shard of shards) this.#wanted.delete(shard);
    ownership.drop(shards);
    for (const shard of coming) {
      prepared.forget(shard);
      this.#turnAway(shard);
      if (this.#adoptions.has(shard)) roster.leave(shard);
    }
    await Promise.all(coming.map((shard) => this.#settled(shard)));
  }

  /** Lets those shards serve that are read. Called between two decisions. */
  admit(): void {
    if (this.#arrived.length === 0) return;
    const later: Arrived[] = [];
    for (const arrived of this.#arrived) {
      if (this.#isTooEarly(arrived)) later.push(arrived);
      else this.#admit(arrived);
    }
    this.#arrived = later;
  }

  /** Forgets what was prepared and not taken over in time. Called now and then. */
  expire(): void {
    const { prepared } = this.#dependencies;
    for (const shard of prepared.expire()) this.#turnAway(shard);
  }

  /** The lane stops: nothing that is on its way comes to serve any more, and nothing is read ahead. */
  close(): void {
    this.#closed = true;
    for (const shard of this.#dependencies.prepared.forgetAll()) this.#turnAway(shard);
    for (const { done } of this.#arrived.splice(0)) done();
  }

  #isMissing(shard: number): boolean {
    const { roster } = this.#dependencies;
    return this.#wanted.has(shard) && roster.phaseOf(shard) !== "serving" && !this.#adoptions.has(shard);
  }

  #begin(shards: readonly number[]): void {
    for (const shard of shards) this.#dependencies.roster.arrive(shard);
    const adoption = this.#takeOver(shards).finally(() => {
      for (const shard of shards) this.#adoptions.delete(shard);
    });
    // Whoever asked for it hears of a failure; whoever only waits for its end does not mind.
    adoption.catch(() => undefined);
    for (const shard of shards) this.#adoptions.set(shard, adoption);
  }

  /** Returns why those of them are not served that could not be read. */
  async #takeOver(shards: readonly number[]): Promise<Faults> {
    const { roster, ownership, prepared, sources } = this.#dependencies;
    try {
      const tails = await prepared.take(shards);
      const known = new Map(Array.from(tails, ([shard, { lastSeq }]) => [shard, lastSeq]));
      const { claims, asked } = await ownership.claim(shards, known);
      const read = await readShards(claims, sources, tails);
      if (this.#closed) return NONE;
      this.#unreadable(claims, read.faults);
      if (read.shards.size > 0) await this.#admitted(read.shards, asked);
      return read.faults;
    } finally {
      for (const shard of shards) if (!roster.owns(shard)) this.#turnAway(shard);
    }
  }

  /** The lane has these shards, and another attempt to read them need not take them again. */
  #unreadable(claims: readonly Claim[], faults: Faults): void {
    const { ownership, log, lane } = this.#dependencies;
    for (const claim of claims) {
      const { shard } = claim;
      if (!faults.has(shard)) continue;
      if (this.#wanted.has(shard)) ownership.keep(claim);
      log.warn({ err: faults.get(shard), lane, shard }, "a shard cannot be read, and is not served");
    }
  }

  /** Resolves when the lane has taken in what was read, between two decisions. */
  #admitted(shards: ReadonlyMap<number, Shard>, asked: Asked): Promise<void> {
    return new Promise((done) => {
      this.#arrived.push({ shards, asked, done });
      this.#dependencies.planTurn();
    });
  }

  /** What another owner's clock has written down must not lie behind a decision about it. */
  #isTooEarly({ shards }: Arrived): boolean {
    const openAtMs = this.#dependencies.openBatchAtMs();
    return openAtMs !== undefined && [...shards.values()].some(({ atMs }) => atMs > openAtMs);
  }

  #admit({ shards: arrived, asked, done }: Arrived): void {
    const { roster, ownership, shards, residents, mailbox, time, kept } = this.#dependencies;
    const staying = [...arrived.values()].filter(({ number }) => roster.phaseOf(number) === "arriving");
    ownership.join(asked);
    roster.serve(staying.map(({ number }) => number));
    for (const shard of staying) {
      shard.cells.join(residents);
      shards.set(shard.number, shard);
      time.notBefore(shard.atMs);
      for (const work of kept.take(shard.number)) mailbox.add(work);
    }
    this.#dependencies.served(staying);
    done();
  }

  #turnAway(shard: number): void {
    const { roster, kept, watchers } = this.#dependencies;
    roster.remove([shard]);
    watchers.turnAway(new Set([shard]));
    turnAway(kept.take(shard));
  }

  /** Resolves when a shard that is leaving has left. */
  async #gone(shard: number): Promise<void> {
    const { roster, departures } = this.#dependencies;
    if (roster.phaseOf(shard) !== "leaving") return;
    await Promise.all([departures.over(shard), this.#settled(shard)]);
  }

  async #settled(shard: number): Promise<void> {
    await this.#adoptions.get(shard)?.catch(() => undefined);
  }
}
