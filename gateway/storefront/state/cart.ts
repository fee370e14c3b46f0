import { computed, signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { newKey } from "../../client/options.ts";
import type { Problem } from "../../protocol/messages.ts";
import type { CartView, InventoryView } from "../../protocol/views.ts";
import { cartRows, rowId } from "../model/cart-rows.ts";
import type { CartRow, ComingLine, WantedQuantities } from "../model/cart-rows.ts";
import { lostHolds } from "../model/lost-holds.ts";
import { offerIn, salePhase } from "../model/offer.ts";
import { refusalText } from "../model/refusal-text.ts";
import type { Notices } from "./notices.ts";
import type { ShopClient, ShopLink } from "./shop-link.ts";
import { until } from "./until.ts";

const CATCH_UP_MS = 1_000;
/** The refusal of whatever would change a cart from which an order is being placed. */
export const ORDER_UNDER_WAY = "checkout_in_progress";

/** The shopper's cart: changes show at once and are taken back, with the reason, when the shop refuses them. */
export class Cart {
  readonly #link: ShopLink;
  readonly #notices: Notices;
  readonly #view = signal<CartView | null>(null);
  readonly #coming = signal<readonly ComingLine[]>([]);
  readonly #wanted = signal<WantedQuantities>(new Map());
  readonly #extending = signal<ReadonlySet<number>>(new Set());
  /** Lines whose quantity is being changed, with whether that succeeds: one question at a time, the last wish wins. */
  readonly #asking = new Map<number, Promise<boolean>>();

  readonly rows: ReadonlySignal<readonly CartRow[]> = computed(() =>
    cartRows(this.#view.value?.lines ?? [], this.#wanted.value, this.#coming.value),
  );

  constructor(link: ShopLink, notices: Notices) {
    this.#link = link;
    this.#notices = notices;
    link.follow((client) => client.subscribe("cart", (view) => this.#receive(view)));
  }

  /** What the shop says; null while there is no cart. */
  get view(): ReadonlySignal<CartView | null> {
    return this.#view;
  }

  /** Products that are on their way into the cart. */
  get coming(): ReadonlySignal<readonly ComingLine[]> {
    return this.#coming;
  }

  /** Whether an order is being placed from the cart, in whatever tab: nothing in it can change meanwhile. */
  get isCheckingOut(): boolean {
    return (this.#view.value?.checkingOut ?? null) !== null;
  }

  get currency(): string | null {
    return this.#view.value?.currency ?? this.#coming.value[0]?.currency ?? null;
  }

  /** Adds one unit. Resolves to whether the shop set it aside and it is still wanted. */
  async add(product: Omit<ComingLine, "key">): Promise<boolean> {
    this.#notices.clear();
    this.#notices.forgetLoss(product.title);
    const line: ComingLine = { ...product, key: newKey() };
    this.#coming.value = [...this.#coming.value, line];
    const client = await this.#link.client;
    const result = await client.add({ sku: product.sku, quantity: 1 }, { key: line.key });
    const isRemoved = (): boolean => !this.#coming.value.includes(line);
    if (result.ok && !isRemoved()) await this.#seen(result.value.line);
    if (result.ok && isRemoved()) {
      this.#want(result.value.line, 0);
      return false;
    }
    this.#coming.value = this.#coming.value.filter(({ key }) => key !== line.key);
    if (result.ok) this.#notices.say(`${product.title} is in your cart, held for you.`);
    else this.#refuse(product.title, result.problem);
    return result.ok;
  }

  /** Adds one unit to a row: at the price that its product has now, as far as that is known, and so maybe beside the row. */
  addOne(row: CartRow, live: InventoryView | null): void {
    const priceNow = live === null ? row.unitPriceMinor : this.#priceNow(live);
    if (live === null || priceNow === row.unitPriceMinor) return this.setQuantity(row, row.quantity + 1);
    const { sku, title, category, currency } = live;
    void this.add({ sku, title, category, currency, unitPriceMinor: priceNow });
  }

  /** Changes how many units a row has: its newest lines grow or shrink. */
  setQuantity(row: CartRow, quantity: number): void {
    this.#notices.clear();
    let difference = quantity - row.quantity;
    for (const { line, quantity: held } of row.lines.toReversed()) {
      if (difference === 0) return;
      const before = this.#wanted.value.get(line) ?? held;
      const after = Math.max(0, before + difference);
      difference -= after - before;
      this.#want(line, after);
    }
  }

  /** Takes a row out, together with what is still on its way into it. */
  async remove(row: CartRow): Promise<void> {
    this.setQuantity(row, 0);
    this.#coming.value = this.#coming.value.filter((line) => rowId(line) !== row.id);
    const areRemoved = await Promise.all(row.lines.flatMap(({ line }) => this.#asking.get(line) ?? []));
    if (!areRemoved.includes(false)) this.#notices.say(`${row.title} was taken out of your cart.`);
  }

  /** Whether a row's extension is under way. */
  isExtending(row: CartRow): boolean {
    return row.extendable.some((line) => this.#extending.value.has(line));
  }

  /** Prolongs the holds of a row, each of which can be prolonged once. */
  async extend(row: CartRow): Promise<void> {
    const lines = row.extendable.filter((line) => !this.#extending.value.has(line));
    this.#extending.value = new Set([...this.#extending.value, ...lines]);
    const client = await this.#link.client;
    const results = await Promise.all(lines.map((line) => client.extendLine({ line })));
    this.#extending.value = new Set([...this.#extending.value].filter((line) => !lines.includes(line)));
    const refusal = results.find((result) => !result.ok);
    if (refusal !== undefined && !refusal.ok) this.#refuse(row.title, refusal.problem);
    else this.#notices.say(`${row.title} is held for longer now.`);
  }

  #priceNow(live: InventoryView): number {
    return offerIn(salePhase(live.sale, this.#link.nowMs()), live).unitPriceMinor;
  }

  #want(line: number, quantity: number): void {
    this.#wanted.value = new Map(this.#wanted.value).set(line, quantity);
    if (!this.#asking.has(line)) this.#asking.set(line, this.#ask(line));
  }

  /** Asks for the wanted quantity until the answer is to the last wish. Resolves to whether the shop has fulfilled that. */
  async #ask(line: number): Promise<boolean> {
    const client = await this.#link.client;
    let asked: number | undefined;
    let isChanged = true;
    while (isChanged && asked !== this.#wanted.value.get(line)) {
      asked = this.#wanted.value.get(line) ?? 0;
      isChanged = await this.#change(client, line, asked);
    }
    this.#asking.delete(line);
    const wanted = new Map(this.#wanted.value);
    wanted.delete(line);
    this.#wanted.value = wanted;
    return isChanged;
  }

  /** Asks once for a quantity, and waits until the cart shows it. Resolves to whether the shop has granted it. */
  async #change(client: ShopClient, line: number, quantity: number): Promise<boolean> {
    const title = this.#view.value?.lines.find((held) => held.line === line)?.title ?? "This product";
    const result =
      quantity === 0 ? await client.removeLine({ line }) : await client.changeQuantity({ line, quantity });
    if (!result.ok) {
      this.#refuse(title, result.problem);
      return false;
    }
    await this.#shows((view) => (view?.lines.find((held) => held.line === line)?.quantity ?? 0) === quantity);
    return true;
  }

  #refuse(title: string, problem: Problem): void {
    this.#notices.refuse(`${title}: ${refusalText(problem)}`, problem.code);
  }

  #seen(line: number): Promise<void> {
    return this.#shows((view) => view?.lines.some((held) => held.line === line) ?? false);
  }

  /** Replies may overtake the cart's own channel: until it has caught up, what was wished for stays on the page. */
  async #shows(holds: (view: CartView | null) => boolean): Promise<void> {
    await until(this.#view, holds, CATCH_UP_MS);
  }

  #receive(view: CartView | null): void {
    const before = this.#view.value;
    const wasCheckingOut = this.isCheckingOut;
    this.#view.value = view;
    if (wasCheckingOut && !this.isCheckingOut) this.#notices.forgetRefusals(ORDER_UNDER_WAY);
    if (before === null || view === null) return;
    for (const { title } of lostHolds(before, view, this.#link.nowMs())) {
      this.#notices.lose(title);
    }
  }
}
