/** Keyed digests of what all nodes of a cluster have in common. */
export interface SettingDigests {
  readonly secret: string;
  readonly adminToken: string;
}

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
  /** By lane: the share of one core that its thread uses, 0 to 1; null until it is measured. */
  readonly loads: readonly (number | null)[];
  /** Version of the program. */
  readonly release: string;
  /** Version of what nodes send to each other. */
  readonly protocol: number;
  /** Absent where the release says nothing of them. */
  readonly settings?: SettingDigests;
}
