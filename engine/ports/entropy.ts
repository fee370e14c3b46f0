/** Randomness, so that tests and the simulator can own it. */
export interface Entropy {
  /** A new UUID, version 7: sorts by time of making. */
  uuid(): string;
}
