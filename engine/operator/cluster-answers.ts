import { endsTerm, TermOver } from "../ports/coordinator-lock.ts";
import type { Log } from "../ports/log.ts";
import { decodeMessage, encodeMessage } from "../shards/cluster-message.ts";
import type { ClusterMembers } from "../shards/cluster-members.ts";
import type { OperationQueue } from "../shards/operation-queue.ts";
import type { PlacementDesk } from "../shards/placement-desk.ts";
import type { Suspension } from "../shards/suspension.ts";
import { UnknownVersion, type UnknownVersions } from "../transport/unknown-versions.ts";
import type { ClusterDesk } from "./cluster-desk.ts";
import { describeNodes, describeShards } from "./cluster-overview.ts";
import type { ClusterReply, ClusterRequest } from "./cluster-request.ts";

/** When whoever got no answer shall ask again, milliseconds. */
export const ASK_AGAIN_MS = 1_000;

/** What the answers of a coordinator come from. */
export interface ClusterAnswersDependencies {
  readonly node: string;
  readonly desk: ClusterDesk;
  readonly placement: PlacementDesk;
  readonly queue: OperationQueue;
  readonly suspension: Suspension;
  readonly members: ClusterMembers;
  readonly log: Log;
  readonly unknownVersions: UnknownVersions;
  readonly termOver: (reason: Error) => void;
}

/** Answers what any node asks of the coordinator. */
export class ClusterAnswers {
  readonly #dependencies: ClusterAnswersDependencies;

  constructor(dependencies: ClusterAnswersDependencies) {
    this.#dependencies = dependencies;
  }

  /** Never rejects. */
  async reply(payload: string): Promise<string> {
    try {
      return encodeMessage(await this.#answer(decodeMessage(payload) as ClusterRequest));
    } catch (error) {
      return encodeMessage(this.#failed(error));
    }
  }

  async #answer(request: ClusterRequest): Promise<ClusterReply> {
    const { node, desk, placement, queue, suspension, members } = this.#dependencies;
    const { placement: table } = placement;
    switch (request.type) {
      case "ListShards":
        return {
          type: "Shards",
          version: table.version,
          isBalancingSuspended: suspension.isOn,
          shards: describeShards(table, members.costs, queue.active),
        };
      case "ListNodes":
        return {
          type: "Nodes",
          coordinator: node,
          isBalancingSuspended: suspension.isOn,
          nodes: describeNodes(table, members),
        };
      case "Plan":
        return { type: "Planned", plan: await desk.plan(request.change) };
      case "Execute":
        return desk.execute(request);
      case "Cancel":
        return desk.cancel(request.operation, request.askedBy);
      case "Leave":
        return desk.leave(request.node, request.id);
    }
  }

  /** It may have taken effect all the same; asking again with the same id makes it no second time. */
  #failed(error: unknown): ClusterReply {
    const { node, log, termOver, unknownVersions } = this.#dependencies;
    if (error instanceof UnknownVersion) {
      unknownVersions.met("an operator", error);
      const detail = `The coordinator ${node} is of another release (${error.message}).`;
      return { type: "NoCoordinator", detail, retryAfterMs: ASK_AGAIN_MS };
    }
    if (endsTerm(error)) termOver(error);
    else log.warn({ err: error }, "what an operator wants cannot be done at the moment");
    const detail =
      error instanceof TermOver ? "Another node coordinates by now." : "The coordinator could not do it.";
    return { type: "NoCoordinator", detail, retryAfterMs: ASK_AGAIN_MS };
  }
}
