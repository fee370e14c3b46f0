import type { Known } from "../../gateway/protocol/console-line.ts";
import { SingleFlight } from "../single-flight.ts";

/** Something that is asked again and again, and may be out of reach: it stays as it was last known, with the reason. */
export class KnownPart<Value> {
  readonly #flight: SingleFlight<void>;
  #known: Known<Value> = { value: null, atMs: null, trouble: "it has not answered yet" };
  #isAnswered = false;

  /** `learned` is told of each answer. */
  constructor(
    ask: () => Promise<Value>,
    nowMs: () => number,
    learned: (value: Value) => void = () => undefined,
  ) {
    this.#flight = new SingleFlight(async () => {
      try {
        const value = await ask();
        learned(value);
        this.#known = { value, atMs: nowMs(), trouble: null };
      } catch (error) {
        this.#lost(error instanceof Error ? error.message : String(error));
      }
      this.#isAnswered = true;
    });
  }

  get known(): Known<Value> {
    return this.#known;
  }

  /** Asks, unless it is being asked. What is late is used when it comes. Resolves at the deadline at the latest. Never rejects. */
  async refresh(deadline: Promise<unknown>): Promise<void> {
    this.#isAnswered = false;
    await Promise.race([this.#flight.run(), deadline]);
    if (!this.#isAnswered) this.#lost("it does not answer in time");
  }

  #lost(trouble: string): void {
    this.#known = { ...this.#known, trouble };
  }
}
