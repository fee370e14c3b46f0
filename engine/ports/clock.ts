/** Time and turns of the event loop, so that tests and the simulator can own them. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Runs `task` once, not before `delayMs` have passed. Returns a function that cancels it. */
  after(delayMs: number, task: () => void): () => void;
  /** Runs `task` once what has already arrived (frames, replies of the database) has been taken in. */
  soon(task: () => void): void;
}
