import type { Operation } from "../../engine/ports/operation-store.ts";
import type { HotProduct } from "../../persistence/postgres/hot-products.ts";
import type { NodesAnswer, ShardsAnswer } from "../admin/api/answers.ts";
import type { NodeFigures } from "./node-figures.ts";

/** Where the console's figures come from. Whatever is out of reach rejects with the reason, in words for operators. */
export interface ConsoleSources {
  /** The node that serves the console. */
  readonly node: string;
  /** Nodes that are not known to have ended, this one included. */
  readonly livingNodes: () => readonly string[];
  /** What a node tells of itself. */
  readonly figures: (node: string) => Promise<NodeFigures>;
  /** Of whoever coordinates. */
  readonly nodes: () => Promise<NodesAnswer>;
  readonly shards: () => Promise<ShardsAnswer>;
  /** The newest first. */
  readonly operations: () => Promise<readonly Operation[]>;
  readonly products: () => Promise<readonly HotProduct[]>;
}
