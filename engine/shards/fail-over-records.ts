import type { Data } from "../contract/data.ts";
import type { Clock } from "../ports/clock.ts";
import { endsTerm } from "../ports/coordinator-lock.ts";
import { ForwardClock } from "../ports/forward-clock.ts";
import type { Log } from "../ports/log.ts";
import {
  OperationChanged,
  type Operation,
  type OperationStatus,
  type OperationStore,
} from "../ports/operation-store.ts";
import type { Placement, PlacementChange, PlacementStore } from "../ports/placement-store.ts";
import type { ClusterCounters } from "./cluster-counters.ts";
import type { ClusterMembers } from "./cluster-members.ts";
import { UnreadableDocument } from "./document-field.ts";
import type { FailedNode, FailOverRequest, FailOverResult } from "./fail-over-documents.ts";
import { documentsOf, OPERATION_DOCUMENT_VERSION, type OperationDocuments } from "./operation-documents.ts";
import type { PlannedMove } from "./plan.ts";

const LOOK_MS = 100;
/** After this time a fail-over is written down as it is. */
const RECORD_MS_MAX = 60_000;
/** Changes of the placement that are looked at for those of a coordinator that died before it wrote them down. */
const CHANGES_SEEN_MAX = 10;

/** What the records need of their coordinator. */
export interface FailOverRecordsDependencies {
  readonly node: string;
  readonly term: number;
  readonly store: OperationStore;
  readonly placements: Pick<PlacementStore, "history">;
  readonly placement: () => Placement;
  readonly members: Pick<ClusterMembers, "members" | "shardsOf">;
  readonly clock: Clock;
  readonly counters: ClusterCounters;
  readonly log: Log;
  readonly termOver: (reason: Error) => void;
}

interface Pending {
  readonly id: string;
  readonly askedBy: string;
  readonly request: FailOverRequest;
  readonly placementVersion: number;
  /** Undefined: another coordinator has begun it. */
  readonly beganAtMs: number | undefined;
  readonly endsAtMs: number;
  operation: Operation | undefined;
}

/** Why shards that no living lane has are given to others: the reason of that change of the placement. */
export const ORPHAN_REASON = "orphan";

/** One change of the placement is one fail-over, whoever writes it down: its version makes the UUID of the operation. */
function failOverId(placementVersion: number): string {
  return `fa110000-0000-8000-8000-${placementVersion.toString(16).padStart(12, "0")}`;
}

/** Writes down each fail-over as an operation: why, which shards, and how long until they were served. */
export class FailOverRecords {
  readonly #dependencies: FailOverRecordsDependencies;
  readonly #pending = new Map<string, Pending>();
  #isLooking = false;
  #cancelLook: (() => void) | undefined;
  #isStopped = false;

  constructor(dependencies: FailOverRecordsDependencies) {
    this.#dependencies = { ...dependencies, clock: new ForwardClock(dependencies.clock) };
  }

  /** Goes on with the records of coordinators before, and writes down what they could not. @throws when they cannot be read. */
  async open(): Promise<void> {
    const { store, clock, placements } = this.#dependencies;
    for (const operation of await store.open()) {
      const documents = operation.kind === "failover" ? this.#read(operation) : undefined;
      if (documents?.kind !== "failover") continue;
      const { id, askedBy, placementVersion } = operation;
      this.#pending.set(id, {
        id,
        askedBy,
        request: documents.request,
        placementVersion: placementVersion ?? 0,
        beganAtMs: undefined,
        endsAtMs: clock.nowMs() + RECORD_MS_MAX,
        operation,
      });
    }
    for (const change of await placements.history(CHANGES_SEEN_MAX)) await this.#mind(change);
    this.#lookLater();
  }

  /** What a record says; undefined when this release cannot read it. */
  #read(operation: Operation): OperationDocuments | undefined {
    try {
      return documentsOf(operation);
    } catch (error) {
      if (!(error instanceof UnreadableDocument)) throw error;
      const { id } = operation;
      this.#dependencies.log.warn({ err: error, operation: id }, "the record of a fail-over cannot be read");
      return undefined;
    }
  }

  /** A fail-over of a coordinator that died before it wrote it down is in the history of the placement alone. */
  async #mind({ version, reason, askedBy, moved }: PlacementChange): Promise<void> {
    const { store, counters, clock } = this.#dependencies;
    const lost = moved.filter(({ from }) => from !== undefined);
    if (reason !== ORPHAN_REASON || lost.length === 0) return;
    const id = failOverId(version);
    if ((await store.find(id)) !== undefined) return;
    counters.failOvers += 1;
    counters.failedOverShards += lost.length;
    const names = new Set(lost.flatMap(({ from }) => from?.node ?? []));
    const request: FailOverRequest = {
      type: "FailOver",
      nodes: [...names].map((node) => ({ node, cause: "unknown" })),
      given: lost.map(({ shard, to }) => ({ shard, node: to.node })),
    };
    const endsAtMs = clock.nowMs() + RECORD_MS_MAX;
    const given = { askedBy, request, placementVersion: version, beganAtMs: undefined };
    this.#pending.set(id, { id, ...given, endsAtMs, operation: undefined });
  }

  /** Shards have been taken from nodes that do not serve, by that version of the placement. */
  begun(moves: readonly PlannedMove[], placementVersion: number): void {
    const { node, clock, counters } = this.#dependencies;
    counters.failOvers += 1;
    counters.failedOverShards += moves.length;
    const beganAtMs = clock.nowMs();
    const id = failOverId(placementVersion);
    const names = new Set(moves.flatMap(({ from }) => (from === undefined ? [] : [from.node])));
    const request: FailOverRequest = {
      type: "FailOver",
      nodes: [...names].map((name) => ({ node: name, cause: this.#causeOf(name) })),
      given: moves.map(({ shard, to }) => ({ shard, node: to.node })),
    };
    const endsAtMs = beganAtMs + RECORD_MS_MAX;
    const pending = {
      id,
      askedBy: node,
      request,
      placementVersion,
      beganAtMs,
      endsAtMs,
      operation: undefined,
    };
    this.#pending.set(id, pending);
    this.#look();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelLook?.();
  }

  #causeOf(node: string): FailedNode["cause"] {
    const { members } = this.#dependencies;
    return members.members.find((member) => member.node === node)?.cause ?? "unknown";
  }

  #lookLater(): void {
    if (this.#isStopped || this.#pending.size === 0) return;
    this.#cancelLook?.();
    this.#cancelLook = this.#dependencies.clock.after(LOOK_MS, () => this.#look());
  }

  #look(): void {
    if (this.#isLooking || this.#isStopped) return this.#lookLater();
    this.#isLooking = true;
    this.#lookAtAll()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#isLooking = false;
        this.#lookLater();
      });
  }

  async #lookAtAll(): Promise<void> {
    for (const pending of this.#pending.values()) {
      pending.operation ??= await this.#add(pending);
      const result = this.#resultOf(pending);
      if (result.unserved > 0 && this.#dependencies.clock.nowMs() < pending.endsAtMs) continue;
      await this.#end(pending, pending.operation, result);
      this.#pending.delete(pending.id);
    }
  }

  async #add({ id, askedBy, request, placementVersion }: Pending): Promise<Operation> {
    const { store, term } = this.#dependencies;
    const documents = { documentVersion: OPERATION_DOCUMENT_VERSION, request: request as unknown as Data };
    const added = await store.add({ id, kind: "failover", askedBy, ...documents }, term);
    if (added.revision > 1) return added;
    const stepsTotal = request.given.length;
    return store.update(id, 1, { ...added, status: "running", placementVersion, stepsTotal }, term);
  }

  async #end({ id, request }: Pending, operation: Operation, result: FailOverResult): Promise<void> {
    const { store, term, log, counters } = this.#dependencies;
    const status: OperationStatus = result.served === request.given.length ? "done" : "partly";
    const over = { status, stepsDone: result.served, result: result as unknown as Data };
    try {
      await store.update(id, operation.revision, { ...operation, ...over }, term);
      if (result.servedAfterMs !== null) counters.failOverMs.record(result.servedAfterMs);
      const nodes = request.nodes.map(({ node }) => node);
      log.info({ operation: id, nodes, ...result }, "a fail-over is over");
    } catch (error) {
      // Somebody else has ended it.
      if (!(error instanceof OperationChanged)) throw error;
    }
  }

  #resultOf({ request, beganAtMs }: Pending): FailOverResult {
    const { clock, placement } = this.#dependencies;
    const { shards } = placement();
    const own = request.given.filter(({ shard, node }) => shards[shard]?.node === node);
    const served = own.filter(({ node }) => this.#servesAll(node)).length;
    const movedOn = request.given.length - own.length;
    const isServed = served === request.given.length && beganAtMs !== undefined;
    const servedAfterMs = isServed ? clock.nowMs() - beganAtMs : null;
    return { served, movedOn, unserved: own.length - served, servedAfterMs };
  }

  /** Whether a node has said that it serves everything that it has by the newest placement. */
  #servesAll(node: string): boolean {
    const { placement, members } = this.#dependencies;
    const expected = placement().shards.filter((place) => place?.node === node).length;
    const said = members.shardsOf(node);
    return said?.expected === expected && said.serving >= expected;
  }

  #failed(error: unknown): void {
    if (this.#isStopped) return;
    if (endsTerm(error)) return this.#dependencies.termOver(error);
    this.#dependencies.log.warn({ err: error }, "a fail-over cannot be written down at the moment");
  }
}
