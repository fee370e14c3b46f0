import type { Bus } from "../ports/bus.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Adopted, LeaveForMove } from "../ports/node-threads.ts";
import type { LanePlace } from "../ports/placement-store.ts";
import type { ClusterTopics } from "../transport/bus/cluster-topics.ts";
import { UnknownVersion } from "../transport/unknown-versions.ts";
import { decodeMessage, encodeMessage } from "./cluster-message.ts";

/** A lane as moves know it. */
export interface RelayedLane {
  prepare(shards: readonly number[]): Promise<void>;
  adopt(shards: readonly number[]): Promise<Adopted>;
  letGo(shards: readonly number[]): Promise<void>;
}

/** What a relay needs of its lane's thread. */
export interface LaneRelayDependencies {
  readonly place: LanePlace;
  readonly lane: RelayedLane;
  /** The lane's own connection. */
  readonly bus: Bus;
  readonly topics: ClusterTopics;
  readonly clock: Clock;
  readonly log: Log;
}

/** A lane has let go of shards in a move, and everything of them is durable. */
export interface Relayed {
  readonly type: "LetGone";
  readonly move: number;
  readonly shards: readonly number[];
}

/**
 * Hands shards over from lane to lane in planned moves: a source tells its target itself that it has let go, so that no other
 * thread of either node has to wake up while clients wait.
 *
 * Only time depends on it. The coordinator orders the same of the target's node, so that a word that is lost costs a repetition; one
 * that is out of date brings nothing, since the claim asks the stored placement.
 */
export class LaneRelay {
  readonly #dependencies: LaneRelayDependencies;
  /** By shard: the latest move in which the lane was to let go of it. */
  readonly #letGoIn = new Map<number, number>();
  /** By shard that was handed over in its last move: since when it is served. */
  readonly #servedSinceMs = new Map<number, number>();
  readonly #end: () => void;

  /** Hears what other lanes say from now on. */
  constructor(dependencies: LaneRelayDependencies) {
    this.#dependencies = dependencies;
    const { bus, topics, place } = dependencies;
    this.#end = bus.subscribe(topics.relay(place.node, place.lane), (payload) => this.#heard(payload));
  }

  /**
   * Has the lane read ahead what a move is about to bring.
   * @throws when it cannot be read.
   */
  prepare(shards: readonly number[]): Promise<void> {
    for (const shard of shards) this.#servedSinceMs.delete(shard);
    return this.#dependencies.lane.prepare(shards);
  }

  /**
   * Has the lane take shards over, and tells how long it has served those that were handed over.
   * @throws when they cannot be taken over.
   */
  async adopt(shards: readonly number[]): Promise<Adopted> {
    const adopted = await this.#dependencies.lane.adopt(shards);
    const nowMs = this.#dependencies.clock.nowMs();
    const servedForMs = shards.map((shard) => nowMs - (this.#servedSinceMs.get(shard) ?? nowMs));
    return { ...adopted, servedForMs: Math.max(0, Math.min(...servedForMs)) };
  }

  /** Has the lane let go of shards, and tells the target of the move. Resolves when everything of them is durable. */
  async letGo(shards: readonly number[], leave?: LeaveForMove): Promise<void> {
    const { lane, bus, topics } = this.#dependencies;
    for (const shard of shards) {
      this.#servedSinceMs.delete(shard);
      if (leave !== undefined) this.#letGoIn.set(shard, leave.move);
    }
    await lane.letGo(shards);
    if (leave?.next === undefined) return;
    const { to, announcement } = leave.next;
    const relayed: Relayed = { type: "LetGone", move: leave.move, shards };
    bus.publish(topics.relay(to.node, to.lane), encodeMessage(relayed));
    bus.publish(topics.placement, announcement);
  }

  /** Hears nothing any more. */
  stop(): void {
    this.#end();
  }

  #heard(payload: string): void {
    const { log, place } = this.#dependencies;
    const relayed = this.#read(payload);
    if (relayed === undefined || this.#isOver(relayed)) return;
    const { shards } = relayed;
    this.#take(shards).catch((error: unknown) => {
      log.warn({ err: error, lane: place.lane, shards }, "shards that were handed over cannot be taken yet");
    });
  }

  async #take(shards: readonly number[]): Promise<void> {
    const { lane, clock } = this.#dependencies;
    const { served } = await lane.adopt(shards);
    const sinceMs = clock.nowMs();
    for (const shard of served) this.#servedSinceMs.set(shard, sinceMs);
  }

  /** Once the lane was told to let go in that move, or in a later one, the word is out of date. */
  #isOver({ move, shards }: Relayed): boolean {
    return shards.some((shard) => (this.#letGoIn.get(shard) ?? 0) >= move);
  }

  /** What another release says the coordinator says as well, in a version that is read or refused. */
  #read(payload: string): Relayed | undefined {
    try {
      return decodeMessage(payload) as Relayed;
    } catch (err) {
      const { log } = this.#dependencies;
      if (err instanceof UnknownVersion) log.debug({ err }, "a lane of another release has let go of shards");
      else log.warn({ err }, "what a lane has said about a move cannot be read");
      return undefined;
    }
  }
}
