import type { Operation } from "../ports/operation-store.ts";
import type { ClusterReply } from "./cluster-request.ts";

/**
 * What a command line ends with: 0 done or nothing to do, 1 failed, 3 partly done, 4 still running when the time was over,
 * 5 conflict, 6 refused by a precheck.
 */
export type ExitCode = 0 | 1 | 3 | 4 | 5 | 6;

/** What the end of a command ends its program with, by how the operation is then. */
export function exitCodeOfOperation({ status }: Pick<Operation, "status">): ExitCode {
  switch (status) {
    case "done":
      return 0;
    case "failed":
    case "cancelled":
      return 1;
    case "partly":
      return 3;
    case "waiting":
    case "running":
      return 4;
  }
}

/** What a reply ends a program with that does not wait any longer. */
export function exitCodeOfReply(reply: ClusterReply): ExitCode {
  switch (reply.type) {
    case "Shards":
    case "Nodes":
    case "Nothing":
      return 0;
    case "Planned":
      return reply.plan.prechecks.length > 0 ? 6 : 0;
    case "Begun":
      return exitCodeOfOperation(reply.operation);
    case "Refused":
      return 6;
    case "Conflict":
      return 5;
    case "NoCoordinator":
      return 1;
  }
}
