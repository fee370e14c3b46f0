/** A time of the run, by `performance.now()`. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Customers of a sale, at all nodes of a cluster. */
export interface SaleLoad {
  /** Everybody begins to buy. */
  start(): void;
  /** What happens from now on counts. */
  count(): void;
  /** Nobody begins to buy any more. Resolves when everybody has been answered, or has been given up. */
  stop(): Promise<void>;
  /** What customers saw, in a few lines; `drains` is when shards moved. */
  summary(drains: readonly Stretch[]): string;
}
