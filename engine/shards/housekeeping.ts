import type { Clock } from "../ports/clock.ts";
import { endsTerm } from "../ports/coordinator-lock.ts";
import type { Log } from "../ports/log.ts";
import type { NodeStore } from "../ports/node-store.ts";
import type { OperationStore } from "../ports/operation-store.ts";
import type { PlacementStore } from "../ports/placement-store.ts";
import type { ClusterMembers } from "./cluster-members.ts";

/** How long a cluster remembers what is over. */
export interface RetentionLimits {
  /** Changes of the placement, milliseconds. */
  readonly changesKeptMs: number;
  /** Operations, after their end, milliseconds. */
  readonly operationsKeptMs: number;
  /** Nodes without shards that are not heard any more, with what operators have decided about them, milliseconds. */
  readonly nodesKeptMs: number;
  /** How often a coordinator looks for what can be deleted, milliseconds. */
  readonly tidyEveryMs: number;
  /** Changes, or operations, that are deleted in one transaction. */
  readonly forgetTogetherMax: number;
}

const DAY_MS = 86_400_000;

/** A quarter for what was done, a month for nodes. */
export const defaultRetentionLimits: RetentionLimits = {
  changesKeptMs: 90 * DAY_MS,
  operationsKeptMs: 90 * DAY_MS,
  nodesKeptMs: 30 * DAY_MS,
  tidyEveryMs: 600_000,
  forgetTogetherMax: 500,
};

/** What housekeeping needs of its coordinator. */
export interface HousekeepingDependencies {
  readonly term: number;
  readonly placements: PlacementStore;
  readonly operations: OperationStore;
  readonly nodeStore: NodeStore;
  readonly members: Pick<ClusterMembers, "members" | "refresh">;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: RetentionLimits;
  readonly termOver: (reason: Error) => void;
}

/** Deletes what a cluster need not remember any longer, now and then. */
export class Housekeeping {
  readonly #dependencies: HousekeepingDependencies;
  #isStopped = false;
  #cancelLook: () => void = () => undefined;

  constructor(dependencies: HousekeepingDependencies) {
    this.#dependencies = dependencies;
  }

  start(): void {
    const { clock, limits } = this.#dependencies;
    this.#cancelLook = clock.after(limits.tidyEveryMs, () => {
      this.start();
      this.#tidy().catch((error: unknown) => this.#failed(error));
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelLook();
  }

  async #tidy(): Promise<void> {
    const { term, placements, operations, nodeStore, members, log, limits } = this.#dependencies;
    const { changesKeptMs, operationsKeptMs, nodesKeptMs, forgetTogetherMax: max } = limits;
    const heard = members.members.filter(({ state }) => state === "alive" || state === "suspect");
    const nodes = await nodeStore.forget(
      heard.map(({ node }) => node),
      nodesKeptMs,
      term,
    );
    const changes = await this.#all(() => placements.forget(changesKeptMs, max, term));
    const ended = await this.#all(() => operations.forget(operationsKeptMs, max, term));
    if (nodes + changes + ended === 0) return;
    log.info(
      { nodes, changes, operations: ended },
      "what the cluster need not remember any longer is deleted",
    );
    if (nodes > 0) await members.refresh();
  }

  /** Deletes a transaction's worth at a time until nothing is left. */
  async #all(forget: () => Promise<number>): Promise<number> {
    let sum = 0;
    for (let count = Number.POSITIVE_INFINITY; count > 0 && !this.#isStopped; sum += count)
      count = await forget();
    return sum;
  }

  #failed(error: unknown): void {
    if (this.#isStopped) return;
    if (endsTerm(error)) return this.#dependencies.termOver(error);
    this.#dependencies.log.warn({ err: error }, "what is long over cannot be deleted at the moment");
  }
}
