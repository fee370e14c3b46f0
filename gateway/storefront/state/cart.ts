import { signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { newKey } from "../../client/options.ts";
import type { CartView, SaleView } from "../../protocol/views.ts";
import type { ComingLine, WantedQuantities } from "../model/cart-rows.ts";
import type { Notices } from "./notices.ts";
import type { RefusalWords } from "./refusal-words.ts";
import type { ShopClient, ShopLink } from "./shop-link.ts";
import { until } from "./until.ts";

const CATCH_UP_MS = 1_000;
/** The refusal of whatever would change a cart from which an order is being placed. */
export const ORDER_UNDER_WAY = "checkout_in_progress";

/** The shopper's cart, and the way into it: what is added shows at once and goes again, with the reason, when the shop refuses it. */
export class Cart {
  readonly #link: ShopLink;
  readonly #notices: Notices;
  readonly #words: RefusalWords;
  readonly #view = signal<CartView | null>(null);
  readonly #coming = signal<readonly ComingLine[]>([]);
  /** The lines that products on their way become, by key; null where the shop refuses them. */
  readonly #becoming = new Map<string, Promise<number | null>>();

  /** What lets the shopper into sales with a waiting room, by sale: written by whoever keeps it. */
  tickets: ReadonlyMap<string, string> = new Map();

  /** What becomes of lines, as far as the shopper wishes: written by whoever changes them. */
  readonly wanted = signal<WantedQuantities>(new Map());

  constructor(link: ShopLink, notices: Notices, words: RefusalWords) {
    this.#link = link;
    this.#notices = notices;
    this.#words = words;
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

  /** How many units are in it as the changes under way will leave it; of one product, or of all. */
  units(sku?: string): number {
    const isMeant = (line: { readonly sku: string }): boolean => sku === undefined || line.sku === sku;
    const held = (this.#view.value?.lines ?? []).filter(isMeant);
    const wanted = this.wanted.value;
    return held.reduce(
      (sum, { line, quantity }) => sum + (wanted.get(line) ?? quantity),
      this.#coming.value.filter(isMeant).length,
    );
  }

  /** Whether an order is being placed from the cart, in whatever tab: nothing in it can change meanwhile. */
  get isCheckingOut(): boolean {
    return (this.#view.value?.checkingOut ?? null) !== null;
  }

  get currency(): string | null {
    return this.#view.value?.currency ?? this.#coming.value[0]?.currency ?? null;
  }

  /** Adds one unit, in a `sale` if any. Resolves to whether the shop set it aside and it is still wanted. */
  async add(product: Omit<ComingLine, "key">, sale: SaleView | null = null): Promise<boolean> {
    this.#notices.clear();
    this.#notices.forgetLoss(product.title);
    const line: ComingLine = { ...product, key: newKey() };
    this.#coming.value = [...this.#coming.value, line];
    const asked = this.#link.client.then((client) =>
      client.add({ sku: product.sku, quantity: 1, ...this.ticketOf(client, sale) }, { key: line.key }),
    );
    const becoming = asked.then((result) => (result.ok ? result.value.line : null));
    // Without a connection for good there is nothing to become.
    becoming.catch(() => undefined);
    this.#becoming.set(line.key, becoming);
    const result = await asked;
    const isRemoved = (): boolean => !this.#coming.value.includes(line);
    if (result.ok && !isRemoved()) await this.shows((view) => hasLine(view, result.value.line));
    this.#becoming.delete(line.key);
    if (result.ok && isRemoved()) return false;
    this.#coming.value = this.#coming.value.filter(({ key }) => key !== line.key);
    if (result.ok) this.#notices.say(`${product.title} is in your cart, held for you.`);
    else {
      const text = `${product.title}: ${await this.#words(result.problem)}`;
      this.#notices.refuse(text, result.problem.code, product.sku);
    }
    return result.ok;
  }

  /** What a command shows that adds units in a sale. Whoever waits for other products of it buys this one as all do when it is over. */
  ticketOf(client: Pick<ShopClient, "serverTimeMs">, sale: SaleView | null): { readonly ticket?: string } {
    const isOn = sale !== null && sale.endsAtMs > client.serverTimeMs();
    const ticket = isOn ? this.tickets.get(sale.id) : undefined;
    return ticket === undefined ? {} : { ticket };
  }

  /** Takes back products on their way. Returns the lines that they become all the same, as far as the shop sets them aside. */
  takeBack(isMeant: (line: ComingLine) => boolean): readonly Promise<number | null>[] {
    const taken = this.#coming.value.filter(isMeant);
    this.#coming.value = this.#coming.value.filter((line) => !isMeant(line));
    return taken.flatMap(({ key }) => this.#becoming.get(key) ?? []);
  }

  /** Replies may overtake the cart's own channel: until it has caught up, what was wished for stays on the page. */
  async shows(holds: (view: CartView | null) => boolean): Promise<void> {
    await until(this.#view, holds, CATCH_UP_MS);
  }

  #receive(view: CartView | null): void {
    const wasCheckingOut = this.isCheckingOut;
    this.#view.value = view;
    if (wasCheckingOut && !this.isCheckingOut) this.#notices.forgetRefusals(ORDER_UNDER_WAY);
  }
}

function hasLine(view: CartView | null, line: number): boolean {
  return view?.lines.some((held) => held.line === line) ?? false;
}
