import { signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { backoffMs } from "../../client/backoff.ts";

/** Whether a part of the page is there. */
export type PartState<Content> =
  | { readonly type: "coming" }
  /** It did not come; it is tried again. */
  | { readonly type: "missing" }
  | { readonly type: "here"; readonly content: Content };

/** How a part comes. Where it does not, the promise rejects. */
export type LoadPart<Content> = () => Promise<Content>;

type Later = (act: () => void, waitMs: number) => unknown;

// Up to so long: a crowd that has an old page does not ask all at once for what a new one calls otherwise.
const RETRY_MS = { firstMs: 2_000, maxMs: 60_000 };

/** A part of the page's script that a first visit does not need: it comes when the page is at rest, or is wanted before. */
export class Part<Content> {
  readonly #load: LoadPart<Content>;
  readonly #later: Later;
  readonly #state = signal<PartState<Content>>({ type: "coming" });
  #loading: Promise<void> | undefined;
  #failures = 0;

  /** `later`: how it waits. */
  constructor(load: LoadPart<Content>, later: Later = (act, waitMs) => setTimeout(act, waitMs)) {
    this.#load = load;
    this.#later = later;
  }

  get state(): ReadonlySignal<PartState<Content>> {
    return this.#state;
  }

  /** Has it come, and tries again until it does. Resolves once it has been tried. */
  want(): Promise<void> {
    if (this.#state.peek().type === "here") return Promise.resolve();
    this.#loading ??= this.#try().finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  async #try(): Promise<void> {
    try {
      this.#state.value = { type: "here", content: await this.#load() };
    } catch {
      // Offline, or another page was deployed since. Which of them, browsers do not say.
      this.#state.value = { type: "missing" };
      this.#failures += 1;
      const waitMs = RETRY_MS.firstMs + backoffMs(this.#failures, RETRY_MS, Math.random());
      // What was tried meanwhile has set a time of its own.
      const failures = this.#failures;
      this.#later(() => void (failures === this.#failures && this.want()), waitMs);
    }
  }
}
