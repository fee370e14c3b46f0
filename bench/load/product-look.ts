import type { Company } from "./company.ts";
import type { Outlet, WorkFrame } from "./shop-socket.ts";

/** What came of a look. */
export type LookEnd = "seen" | "refused";

/** A look at one product: it is watched until its view is there. */
export class ProductLook {
  readonly #socket: Outlet;
  readonly #company: Company;
  #channel = "";
  #startedMs = 0;

  constructor(socket: Outlet, company: Company) {
    this.#socket = socket;
    this.#company = company;
  }

  /** Asks for the view; how long it takes counts from `startedMs`. */
  begin(sku: string, startedMs: number, nowMs: number): void {
    this.#channel = `sku/${sku}`;
    this.#startedMs = startedMs;
    this.#socket.send(`{"t":"subscribe","ch":"${this.#channel}"}`, nowMs);
  }

  /** How long the view has been waited for, milliseconds; undefined when none is. */
  waitedMs(nowMs: number): number | undefined {
    return this.#channel === "" ? undefined : nowMs - this.#startedMs;
  }

  /** Takes a frame of a channel; undefined when it is not about this look's end. */
  receive(frame: Exclude<WorkFrame, { readonly re: number }>, nowMs: number): LookEnd | undefined {
    // Changes of a product that was left may still be on their way.
    if (this.#channel === "" || frame.ch !== this.#channel || frame.t === "delta") return undefined;
    const elapsedMs = nowMs - this.#startedMs;
    if (frame.t === "problem") {
      this.#channel = "";
      this.#company.tally.refuse(frame.problem, elapsedMs);
      return "refused";
    }
    this.#socket.send(`{"t":"unsubscribe","ch":"${this.#channel}"}`, nowMs);
    this.#channel = "";
    this.#company.tally.time("browse", elapsedMs);
    return "seen";
  }

  /** Nobody waits for it any more. */
  forget(): void {
    this.#channel = "";
  }
}
