import type { DocumentField } from "./document-field.ts";
import type { MemberCause } from "./member.ts";

/** Why shards were taken from a node: what was believed of it. */
export interface FailedNode {
  readonly node: string;
  /** `unknown`: nothing has ever been heard of it, or whoever took its shards died before it wrote down why. */
  readonly cause: MemberCause | "unknown";
}

/** What a fail-over did: the request of its operation. */
export interface FailOverRequest {
  readonly type: "FailOver";
  readonly nodes: readonly FailedNode[];
  /** Who got which shard. */
  readonly given: readonly { readonly shard: number; readonly node: string }[];
}

/** What came of it: the result of its operation. */
export interface FailOverResult {
  readonly served: number;
  /** Shards that were given to yet another node before they were served. */
  readonly movedOn: number;
  readonly unserved: number;
  /** From the change of the placement until all were served, ms; null when another coordinator began it, or not all were. */
  readonly servedAfterMs: number | null;
}

const CAUSES: Readonly<Record<FailedNode["cause"], true>> = {
  beat: true,
  expected: true,
  silence: true,
  databaseAway: true,
  unreadable: true,
  flapping: true,
  goodbye: true,
  unknown: true,
};

/** Reads the request of a fail-over's operation. @throws {UnreadableDocument} */
export function failOverRequestOf(request: DocumentField): FailOverRequest {
  const nodes = request.field("nodes").list();
  const given = request.field("given").list();
  return {
    type: request.field("type").word({ FailOver: true }),
    nodes: nodes.map((node) => ({
      node: node.field("node").text(),
      cause: node.field("cause").word(CAUSES),
    })),
    given: given.map((each) => ({ shard: each.field("shard").count(), node: each.field("node").text() })),
  };
}

/** Reads its result. @throws {UnreadableDocument} */
export function failOverResultOf(result: DocumentField): FailOverResult {
  return {
    served: result.field("served").count(),
    movedOn: result.field("movedOn").count(),
    unserved: result.field("unserved").count(),
    servedAfterMs: result.field("servedAfterMs").orNull((ms) => ms.number()),
  };
}
