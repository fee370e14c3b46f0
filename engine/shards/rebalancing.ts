import type { Data } from "../contract/data.ts";
import type { Clock } from "../ports/clock.ts";
import { endsTerm } from "../ports/coordinator-lock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { Log } from "../ports/log.ts";
import type { ClusterMembers } from "./cluster-members.ts";
import type { OperationQueue } from "./operation-queue.ts";
import { OPERATION_DOCUMENT_VERSION } from "./operation-documents.ts";
import type { PlacementDesk } from "./placement-desk.ts";
import { Rebalancer, type RebalancerLimits } from "./rebalancer.ts";
import type { Suspension } from "./suspension.ts";

const LOOK_MS = 1_000;

/** What balancing needs of its coordinator. */
export interface RebalancingDependencies {
  readonly desk: PlacementDesk;
  readonly queue: OperationQueue;
  readonly suspension: Suspension;
  readonly members: ClusterMembers;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly limits: RebalancerLimits;
  readonly termOver: (reason: Error) => void;
}

/** Looks at the loads now and then, and begins an operation when the rebalancer advises it. */
export class Rebalancing {
  readonly #dependencies: RebalancingDependencies;
  readonly #rebalancer: Rebalancer;
  #cancelLook: () => void = () => undefined;

  constructor(dependencies: RebalancingDependencies) {
    this.#dependencies = dependencies;
    this.#rebalancer = new Rebalancer(dependencies.limits);
  }

  /** Begins to look, unless somebody has suspended it. @throws when the operations cannot be read. */
  async start(): Promise<void> {
    await this.#dependencies.suspension.read();
    this.#plan();
  }

  stop(): void {
    this.#cancelLook();
  }

  #plan(): void {
    this.#cancelLook = this.#dependencies.clock.after(LOOK_MS, () => {
      this.#plan();
      this.#look().catch((error: unknown) => this.#failed(error));
    });
  }

  async #look(): Promise<void> {
    const { desk, queue, suspension, members, clock, entropy, log } = this.#dependencies;
    // Somebody may have had it resumed.
    if (suspension.isOn) await suspension.read();
    const { placement } = desk;
    const view = {
      basis: members.basis(placement),
      operationRuns: queue.isBusy,
      isAnySuspect: !members.allAlive(placement),
      isSuspended: suspension.isOn,
    };
    const advice = this.#rebalancer.advise(view, clock.nowMs());
    if (advice.type === "rest") return;
    // Or suspended.
    if (await suspension.read()) return;
    const { plan } = advice;
    const operation = {
      id: entropy.uuid(),
      kind: "rebalance",
      askedBy: "coordinator",
      documentVersion: OPERATION_DOCUMENT_VERSION,
      request: { type: "Rebalance" },
    } as const;
    log.info({ shards: plan.moves.length, operation: operation.id }, "loads are out of balance");
    await queue.add(operation, { plan: plan as unknown as Data, placementVersion: plan.placementVersion });
  }

  #failed(error: unknown): void {
    if (endsTerm(error)) return this.#dependencies.termOver(error);
    this.#dependencies.log.warn({ err: error }, "the loads cannot be balanced at the moment");
  }
}
