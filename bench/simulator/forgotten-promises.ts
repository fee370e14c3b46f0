import type { SimulationResult } from "./simulation.ts";

/**
 * Runs seeds, and adds promises that failed while nobody waited for them to what was found: in a real process each of them
 * is the end.
 */
export class ForgottenPromises {
  #errors: unknown[] = [];
  readonly #take = (error: unknown): void => void this.#errors.push(error);

  constructor() {
    process.on("unhandledRejection", this.#take);
  }

  /** Runs one seed. Whether somebody waits for a promise is only known after a turn of the real event loop. */
  async watch(run: () => SimulationResult): Promise<SimulationResult> {
    this.#errors = [];
    const result = run();
    await new Promise<void>((resolve) => setImmediate(resolve));
    const found = this.#errors.map((error) => ({
      check: "forgotten promises",
      detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }));
    return { ...result, violations: [...result.violations, ...found] };
  }

  close(): void {
    process.off("unhandledRejection", this.#take);
  }
}
