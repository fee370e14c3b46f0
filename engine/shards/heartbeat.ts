/** What a node says of itself a few times per second. */
export interface Heartbeat {
  readonly node: string;
  /** Number of the node's start, by the node store: a higher one replaces the lower. */
  readonly incarnation: number;
  /** Number of the beat within its incarnation, ascending. */
  readonly seq: number;
  readonly lanes: number;
  /** Whether the node can confirm its shards: without its database it cannot serve. */
  readonly databaseReachable: boolean;
  /** By lane: the share of its thread's time that it works, 0 to 1. */
  readonly loads: readonly number[];
  /** Where others reach it, by purpose, such as `admin`. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Version of the program. */
  readonly release: string;
  /** Version of what nodes send to each other. */
  readonly protocol: number;
}
