import { computed, signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { lostHoldsText } from "../model/lost-holds.ts";

/** Something that the shopper has to read: never goes by itself. */
interface Notice {
  readonly id: number;
  readonly text: string;
  /** The code of the refusal that it tells. */
  readonly code?: string | undefined;
  /** The product at whose queue the shopper gets what was refused; undefined where no queue helps. */
  readonly queueSku?: string | undefined;
}

/** A notice on the page. */
export interface ShownNotice extends Notice {
  /** Whether it came where the shopper is now: told elsewhere before, it is to be seen, but not to be heard again. */
  readonly isNews: boolean;
}

const REFUSALS_MAX = 3;
/** What was refused only since the shopper has no turn. */
const NO_TURN: ReadonlySet<string> = new Set(["turn_passed", "waiting_room"]);

/** What the page tells the shopper: notices to see, announcements to hear. */
export class Notices {
  /** Why something was refused: until it is dismissed, or the shopper does something else. */
  readonly #refusals = signal<readonly Notice[]>([]);
  /** Titles of products whose holds have ended: until that is dismissed, as the shopper has done nothing to lose them. */
  readonly #lost = signal<readonly string[]>([]);
  readonly #said = signal("");
  /** Another one with every hold that ends: a tap that was meant for what was read before dismisses nothing. */
  #lossId = 0;
  #nextId = 1;
  readonly #heardId = signal(0);

  readonly shown: ReadonlySignal<readonly ShownNotice[]> = computed(() => {
    const lost = this.#lost.value;
    const loss = lost.length === 0 ? [] : [{ id: this.#lossId, text: lostHoldsText(lost) }];
    const heardId = this.#heardId.value;
    return [...loss, ...this.#refusals.value].map((notice) => ({ ...notice, isNews: notice.id > heardId }));
  });

  /** The last milestone, for a `role=status` that only screen readers show. */
  get said(): ReadonlySignal<string> {
    return this.#said;
  }

  /** `code`: the reason, where it may be over before the notice is read. `sku`: the product that it is about, if it is about one. */
  refuse(text: string, code?: string, sku?: string): void {
    const queueSku = code !== undefined && NO_TURN.has(code) ? sku : undefined;
    const others = this.#refusals.value.filter((notice) => notice.text !== text);
    this.#refusals.value = [...others, { id: this.#nextId++, text, code, queueSku }].slice(-REFUSALS_MAX);
  }

  /** The reason of some refusals is over. */
  forgetRefusals(code: string): void {
    this.#refusals.value = this.#refusals.value.filter((notice) => notice.code !== code);
  }

  /** The hold on a product has ended: told in one notice with the others, however many end. */
  lose(title: string): void {
    if (this.#lost.value.includes(title)) return;
    this.#lossId = this.#nextId++;
    this.#lost.value = [...this.#lost.value, title];
  }

  /** The shopper wants the product again. */
  forgetLoss(title: string): void {
    this.#lost.value = this.#lost.value.filter((lost) => lost !== title);
  }

  say(text: string): void {
    // The same words twice would not be announced again.
    this.#said.value = this.#said.value === text ? `${text}\u00a0` : text;
  }

  /** What was said or told is not repeated where the shopper goes next. */
  hush(): void {
    this.#heardId.value = this.#nextId - 1;
    this.#said.value = "";
  }

  dismiss(id: number): void {
    if (id === this.#lossId) this.#lost.value = [];
    else this.#refusals.value = this.#refusals.value.filter((notice) => notice.id !== id);
  }

  /** The shopper has moved on: what was refused before does not matter any more. */
  clear(): void {
    this.#refusals.value = [];
  }
}
