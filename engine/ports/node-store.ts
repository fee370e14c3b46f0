/** What a node says about itself when it starts. */
export interface NodeStart {
  readonly node: string;
  /** How many lanes it has. */
  readonly lanes: number;
  /** How much work one of its lanes shall carry, compared with those of other nodes; more than 0. */
  readonly capacity: number;
}

/** A node as it is remembered, whether it runs or not. */
export interface NodeRecord extends NodeStart {
  /** Number of its last start, from 1: a higher one replaces the lower. */
  readonly incarnation: number;
  /** Takes no further shards. */
  readonly cordoned: boolean;
  /** Is giving its shards away, and takes none. */
  readonly draining: boolean;
  /** Milliseconds since the epoch, by the store's clock. */
  readonly firstStartedAtMs: number;
  readonly lastStartedAtMs: number;
}

/** What operators have decided about a node. */
export type NodeOrders = Pick<NodeRecord, "cordoned" | "draining">;

/** What has to be remembered of nodes while they do not run. */
export interface NodeStore {
  /** All nodes that have started and are not forgotten, by name. */
  list(): Promise<readonly NodeRecord[]>;
  /** Registers the start of a node. What operators have decided about it stays. */
  started(start: NodeStart): Promise<NodeRecord>;
  /**
   * Changes what operators have decided about a node. Returns false when there is no such node.
   * @throws {TermOver} of `coordinator-lock.ts`
   */
  order(node: string, orders: NodeOrders, term: number): Promise<boolean>;
  /**
   * Notes that these nodes are heard, and deletes those that have no shards and for `keptMs` have neither started nor been heard.
   * Returns how many. A node of a forgotten name starts with a higher number than any that was forgotten.
   * @throws {TermOver} of `coordinator-lock.ts`
   */
  forget(heard: readonly string[], keptMs: number, term: number): Promise<number>;
  close(): Promise<void>;
}
