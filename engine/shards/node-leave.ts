import type { ClusterReply, ClusterRequest } from "../operator/cluster-request.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import { ForwardClock } from "../ports/forward-clock.ts";
import type { Log } from "../ports/log.ts";
import { isOperationOver } from "../ports/operation-store.ts";
import type { NodeShards } from "./sign-of-life.ts";

// Two beats: nodes that are told to end together know of each other by then, and none of them gives its shards to another.
const HEAR_MS = 600;
const LOOK_MS = 100;
const AGAIN_MS = 500;
const ANSWER_MS_MAX = 2_000;
// Longer than reading ahead takes on a busy machine, and than a node of a rolling restart is away.
const STUCK_MS_MAX = 8_000;

/** What a node needs to leave its cluster. */
export interface NodeLeaveDependencies {
  readonly node: string;
  /** When it said that it ends, by its clock. */
  readonly sinceMs: number;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly shards: () => NodeShards;
  /** Asks whoever coordinates. */
  readonly ask: (request: ClusterRequest, withinMs: number) => Promise<ClusterReply>;
  /** Reads the placement. @throws when it cannot be read. */
  readonly refresh: () => Promise<void>;
  /** Whether another node may come to take shards, though none does at the moment. */
  readonly mayBeTaken: (leavingSinceMs: number) => boolean;
}

/** Gives a node's shards away before it ends. Where all nodes end together nobody takes them: each finds its own again. */
export class NodeLeave {
  readonly #dependencies: NodeLeaveDependencies;
  readonly #endsAtMs: number;
  /** Fewest shards that it has had. */
  #fewest = Number.POSITIVE_INFINITY;
  /** When it had one less, or was told last that its turn has not come. */
  #progressedAtMs: number;
  /** Asked again by the same id, a coordinator tells how far it is, also another one than before. */
  #id: string;

  constructor(dependencies: NodeLeaveDependencies, withinMs: number) {
    const clock = new ForwardClock(dependencies.clock);
    this.#dependencies = { ...dependencies, clock };
    this.#endsAtMs = clock.nowMs() + withinMs;
    this.#progressedAtMs = clock.nowMs();
    this.#id = dependencies.entropy.uuid();
  }

  /**
   * Returns whether all shards were given away within the time; false sooner when none has been for eight seconds in which it was
   * its turn, when nobody will take them, or an operator does not want it. Never rejects.
   */
  async run(): Promise<boolean> {
    const { log } = this.#dependencies;
    let isFaultTold = false;
    for (;;) {
      if (this.#countShards() === 0) return true;
      await this.#hearOthers();
      if (this.#leftMs() <= 0) return false;
      try {
        const outcome = await this.#ask();
        if (typeof outcome === "boolean") return outcome;
        await this.#pass(outcome.againInMs);
      } catch (error) {
        if (!isFaultTold)
          log.warn({ err: error }, "this node cannot tell how far its shards have been given away");
        isFaultTold = true;
        await this.#pass(AGAIN_MS);
      }
    }
  }

  /** How many are left, to serve or to get. Each one less gives it more time. */
  #countShards(): number {
    const { shards, clock } = this.#dependencies;
    const { serving, expected } = shards();
    if (serving + expected < this.#fewest)
      [this.#fewest, this.#progressedAtMs] = [serving + expected, clock.nowMs()];
    return serving + expected;
  }

  async #hearOthers(): Promise<void> {
    const { sinceMs, clock } = this.#dependencies;
    const leftMs = Math.min(sinceMs + HEAR_MS - clock.nowMs(), HEAR_MS);
    if (leftMs > 0) await this.#pass(leftMs);
  }

  /** Whether it has come to an end, or when to ask again. */
  async #ask(): Promise<boolean | { readonly againInMs: number }> {
    const { node, sinceMs, clock, entropy, ask, mayBeTaken } = this.#dependencies;
    const withinMs = Math.min(this.#leftMs(), ANSWER_MS_MAX);
    const reply = await ask({ type: "Leave", node, id: this.#id }, withinMs);
    // Nobody coordinates where all nodes end together: none of them begins to.
    if (reply.type === "Refused" || reply.type === "NoCoordinator")
      return mayBeTaken(sinceMs) ? { againInMs: AGAIN_MS } : false;
    const status = reply.type === "Begun" ? reply.operation.status : undefined;
    // Others go before: of two nodes that end together, the second one is not stuck while the first one leaves.
    if (status === "waiting") this.#progressedAtMs = clock.nowMs();
    if (status === undefined || !isOperationOver(status)) return { againInMs: LOOK_MS };
    if (await this.#isEmpty()) return true;
    if (status === "cancelled") return false;
    this.#id = entropy.uuid();
    return { againInMs: AGAIN_MS };
  }

  /** What was announced last may be on its way. */
  async #isEmpty(): Promise<boolean> {
    const { refresh, shards } = this.#dependencies;
    await Promise.race([refresh(), this.#pass(ANSWER_MS_MAX)]);
    return shards().expected === 0;
  }

  #pass(forMs: number): Promise<void> {
    const { clock } = this.#dependencies;
    return new Promise((resolve) => clock.after(Math.min(forMs, Math.max(this.#leftMs(), 0)), resolve));
  }

  #leftMs(): number {
    return Math.min(this.#endsAtMs, this.#progressedAtMs + STUCK_MS_MAX) - this.#dependencies.clock.nowMs();
  }
}
