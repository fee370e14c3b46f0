/** Time, so that tests and the simulator can own it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Runs `task` once, not before `delayMs` have passed. Returns a function that cancels it. */
  after(delayMs: number, task: () => void): () => void;
}
