import { computed, signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import type { Problem } from "../../protocol/messages.ts";
import type { InventoryView, SaleView } from "../../protocol/views.ts";
import { cartRows, rowId } from "../model/cart-rows.ts";
import type { CartRow } from "../model/cart-rows.ts";
import { offerIn, salePhase } from "../model/offer.ts";
import { refusalText } from "../model/refusal-text.ts";
import type { Cart } from "./cart.ts";
import type { Notices } from "./notices.ts";
import type { ShopClient, ShopLink } from "./shop-link.ts";

/** What a shopper sees of the cart and changes in it: shown at once, and taken back, with the reason, when the shop refuses. */
export class CartChanges {
  readonly #link: ShopLink;
  readonly #notices: Notices;
  readonly #cart: Cart;
  readonly #saleOf: (sku: string) => SaleView | null;
  readonly #extending = signal<ReadonlySet<number>>(new Set());
  /** Lines whose quantity is being changed, with whether that succeeds: one question at a time, the last wish wins. */
  readonly #asking = new Map<number, Promise<boolean>>();

  readonly rows: ReadonlySignal<readonly CartRow[]>;

  /** `saleOf`: the sale that a product is in, as far as that is known. */
  constructor(link: ShopLink, notices: Notices, cart: Cart, saleOf: (sku: string) => SaleView | null) {
    this.#link = link;
    this.#notices = notices;
    this.#cart = cart;
    this.#saleOf = saleOf;
    this.rows = computed(() => cartRows(cart.view.value?.lines ?? [], cart.wanted.value, cart.coming.value));
  }

  /** Adds one unit to a row: at the price that its product has now, as far as that is known, and so maybe beside the row. */
  addOne(row: CartRow, live: InventoryView | null): void {
    const priceNow = live === null ? row.unitPriceMinor : this.#priceNow(live);
    if (live === null || priceNow === row.unitPriceMinor) return this.setQuantity(row, row.quantity + 1);
    const { sku, title, category, currency } = live;
    void this.#cart.add({ sku, title, category, currency, unitPriceMinor: priceNow }, live.sale);
  }

  /** Changes how many units a row has: its newest lines grow or shrink. */
  setQuantity(row: CartRow, quantity: number): void {
    this.#notices.clear();
    let difference = quantity - row.quantity;
    for (const { line, quantity: held } of row.lines.toReversed()) {
      if (difference === 0) return;
      const before = this.#cart.wanted.value.get(line) ?? held;
      const after = Math.max(0, before + difference);
      difference -= after - before;
      this.#want(line, after);
    }
  }

  /** Takes a row out, together with what is still on its way into it. */
  async remove(row: CartRow): Promise<void> {
    this.setQuantity(row, 0);
    for (const becoming of this.#cart.takeBack((line) => rowId(line) === row.id)) {
      becoming.then(
        (line) => line !== null && this.#want(line, 0),
        // Without a connection nothing has come into the cart.
        () => undefined,
      );
    }
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
    const { wanted } = this.#cart;
    wanted.value = new Map(wanted.value).set(line, quantity);
    if (!this.#asking.has(line)) this.#asking.set(line, this.#ask(line));
  }

  /** Asks for the wanted quantity until the answer is to the last wish. Resolves to whether the shop has fulfilled that. */
  async #ask(line: number): Promise<boolean> {
    const { wanted } = this.#cart;
    const client = await this.#link.client;
    let asked: number | undefined;
    let isChanged = true;
    while (isChanged && asked !== wanted.value.get(line)) {
      asked = wanted.value.get(line) ?? 0;
      isChanged = await this.#change(client, line, asked);
    }
    this.#asking.delete(line);
    const left = new Map(wanted.value);
    left.delete(line);
    wanted.value = left;
    return isChanged;
  }

  /** Asks once for a quantity, and waits until the cart shows it. Resolves to whether the shop has granted it. */
  async #change(client: ShopClient, line: number, quantity: number): Promise<boolean> {
    const before = this.#cart.view.value?.lines.find((held) => held.line === line);
    const title = before?.title ?? "This product";
    // What is given back needs no turn: one that is over shall not keep the shopper from it.
    const isMore = before !== undefined && quantity > before.quantity;
    const ticket = isMore ? this.#cart.ticketOf(client, this.#saleOf(before.sku)) : {};
    const result =
      quantity === 0
        ? await client.removeLine({ line })
        : await client.changeQuantity({ line, quantity, ...ticket });
    if (!result.ok) {
      this.#refuse(title, result.problem, before?.sku);
      return false;
    }
    await this.#cart.shows(
      (view) => (view?.lines.find((held) => held.line === line)?.quantity ?? 0) === quantity,
    );
    return true;
  }

  #refuse(title: string, problem: Problem, sku?: string): void {
    this.#notices.refuse(`${title}: ${refusalText(problem)}`, problem.code, sku);
  }
}
