import { assert } from "../contract/assert.ts";
import type { NodeOrders, NodeRecord, NodeStore } from "../ports/node-store.ts";
import type { Operation, OperationStore } from "../ports/operation-store.ts";
import type { ClusterMembers } from "../shards/cluster-members.ts";
import { UnreadableDocument } from "../shards/document-field.ts";
import { isKnownVersion, isRecord, OPERATION_DOCUMENT_VERSION } from "../shards/operation-documents.ts";
import { KINDS_AT_ONCE, requestAtOnceOf } from "../shards/operation-requests.ts";
import type { MakeChanges, PlacementDesk } from "../shards/placement-desk.ts";
import type { Suspension } from "../shards/suspension.ts";
import type { ChangeAtOnce, ClusterChange } from "./cluster-change.ts";
import type { ClusterReply } from "./cluster-request.ts";

/** What is needed to change things at once. */
export interface ChangesAtOnceDependencies {
  readonly term: number;
  readonly placement: PlacementDesk;
  readonly operations: OperationStore;
  readonly nodeStore: NodeStore;
  readonly suspension: Suspension;
  readonly members: Pick<ClusterMembers, "refresh">;
}

/**
 * Changes that are done at once, one after the other. Each is written down first: one that was interrupted is found, and done to its
 * end, before the next one.
 */
export class ChangesAtOnce {
  readonly #dependencies: ChangesAtOnceDependencies;
  #doing: Promise<unknown> = Promise.resolve();

  constructor(dependencies: ChangesAtOnceDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws {TermOver} or what keeps it from being stored, or done; it may be done later all the same. */
  execute(change: ChangeAtOnce, askedBy: string, id: string): Promise<ClusterReply> {
    return this.#inTurn(() => this.#execute(change, askedBy, id));
  }

  /** Does what was written down and not done to its end. @throws {TermOver} or what keeps it from being done. */
  finish(): Promise<void> {
    return this.#inTurn(() => this.#finish());
  }

  /** Changes what is decided about a node. */
  async order(node: string, orders: Partial<NodeOrders>): Promise<void> {
    const { nodeStore, term, members } = this.#dependencies;
    const record = await this.#record(node);
    assert(record !== undefined, "a node that a plan was made for is known", node);
    const { cordoned, draining } = record;
    await nodeStore.order(node, { cordoned, draining, ...orders }, term);
    await members.refresh();
  }

  /** Whether operators have had a node drained. @throws when what is stored cannot be read. */
  async isDraining(node: string): Promise<boolean> {
    return (await this.#record(node))?.draining === true;
  }

  #inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const done = this.#doing.then(task);
    this.#doing = done.catch(() => undefined);
    return done;
  }

  async #execute(change: ChangeAtOnce, askedBy: string, id: string): Promise<ClusterReply> {
    const { operations, term } = this.#dependencies;
    await this.#finish();
    const begun = await operations.find(id);
    if (begun !== undefined) return { type: "Begun", operation: begun };
    const nothing = await this.nothing(change);
    if (nothing !== undefined) return { type: "Nothing", detail: nothing };
    const kind = KINDS_AT_ONCE[change.type];
    const given = { id, kind, askedBy, documentVersion: OPERATION_DOCUMENT_VERSION, request: change };
    // A suspension lasts until balancing is resumed: the next coordinator finds it.
    if (kind === "suspend") {
      const operation = await operations.add(given, term, { status: "running" });
      await this.#dependencies.suspension.read();
      return { type: "Begun", operation };
    }
    return { type: "Begun", operation: await this.#do(await operations.add(given, term)) };
  }

  async #finish(): Promise<void> {
    const open = await this.#dependencies.operations.open();
    for (const operation of open.filter(isRecord)) {
      if (isKnownVersion(operation)) await this.#end(operation);
    }
  }

  /** What says nothing that can be done shall not keep everything else waiting. */
  async #end(operation: Operation): Promise<void> {
    const { operations, term } = this.#dependencies;
    try {
      await this.#do(operation);
    } catch (error) {
      if (!(error instanceof UnreadableDocument)) throw error;
      await operations.update(operation.id, operation.revision, { ...operation, status: "failed" }, term);
    }
  }

  /** Why there is nothing to do; undefined when there is. @throws when what is stored cannot be read. */
  async nothing(change: ChangeAtOnce): Promise<string | undefined> {
    const { placement, suspension } = this.#dependencies;
    switch (change.type) {
      case "PinShards":
      case "UnpinShards":
        return pinsOf(change)(placement.placement).length === 0
          ? "All of these shards are so already."
          : undefined;
      case "SuspendRebalancing":
        return (await suspension.read()) ? "It is suspended already." : undefined;
      case "ResumeRebalancing":
        return (await suspension.read()) ? undefined : "It is not suspended.";
      case "CordonNode":
        return (await this.#record(change.node))?.cordoned === true
          ? "The node takes no further shards already."
          : undefined;
      case "UndrainNode": {
        const record = await this.#record(change.node);
        const isOpen = record?.cordoned === false && !record.draining;
        return isOpen ? "The node takes shards already." : undefined;
      }
    }
  }

  /** Does what is written down. Doing it twice is as good as once. */
  async #do(operation: Operation): Promise<Operation> {
    const { operations, placement, suspension, term } = this.#dependencies;
    const { id, revision, kind, askedBy } = operation;
    const change = requestAtOnceOf(operation);
    switch (change.type) {
      case "PinShards":
      case "UnpinShards":
        await placement.change(pinsOf(change), { reason: kind, askedBy });
        placement.announce();
        break;
      case "CordonNode":
        await this.order(change.node, { cordoned: true });
        break;
      case "UndrainNode":
        await this.order(change.node, { cordoned: false, draining: false });
        break;
      case "ResumeRebalancing":
        for (const suspending of await suspension.operations()) {
          const ended = { ...suspending, status: "done" as const, result: { resumedBy: askedBy } };
          await operations.update(suspending.id, suspending.revision, ended, term);
        }
        await suspension.read();
        break;
      case "SuspendRebalancing":
        // It lasts until balancing is resumed.
        return operation;
    }
    return operations.update(id, revision, { ...operation, status: "done" }, term);
  }

  async #record(node: string): Promise<NodeRecord | undefined> {
    return (await this.#dependencies.nodeStore.list()).find((each) => each.node === node);
  }
}

/** Whether it is a change that moves nothing. */
export function isAtOnce(change: ClusterChange): change is ChangeAtOnce {
  return change.type in KINDS_AT_ONCE;
}

function pinsOf(change: Extract<ChangeAtOnce, { type: "PinShards" | "UnpinShards" }>): MakeChanges {
  const pinned = change.type === "PinShards";
  return ({ shards }) =>
    [...new Set(change.shards)].flatMap((shard) => {
      const place = shards[shard];
      return place === undefined || place.pinned === pinned ? [] : { shard, ...place, pinned };
    });
}
