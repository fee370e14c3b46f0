/**
 * The server's time, from the round trip that was shortest: its error is at most half of that. Clocks drift apart, and some
 * stand still while their machine sleeps: a later round trip that proves the known time wrong replaces it, however long it was.
 */
export class ServerClock {
  #offsetMs = Date.now() - performance.now();
  #roundTripMs = Infinity;

  /** A new connection may lead to another server, or come after the machine has slept: earlier round trips are over. */
  reset(): void {
    this.#roundTripMs = Infinity;
  }

  /** Takes a round trip into account. `sentAtMs` is of `performance.now()`. */
  observe(sentAtMs: number, serverTimeMs: number): void {
    const receivedAtMs = performance.now();
    const roundTripMs = receivedAtMs - sentAtMs;
    // The server looked at its clock between question and answer, and told whole milliseconds of it.
    const isPossible =
      serverTimeMs - receivedAtMs <= this.#offsetMs && this.#offsetMs <= serverTimeMs + 1 - sentAtMs;
    if (isPossible && roundTripMs > this.#roundTripMs) return;
    this.#roundTripMs = roundTripMs;
    this.#offsetMs = serverTimeMs - (sentAtMs + receivedAtMs) / 2;
  }

  /** Milliseconds since the Unix epoch; the local clock's until a server has told its own. */
  nowMs(): number {
    return Math.round(performance.now() + this.#offsetMs);
  }
}
