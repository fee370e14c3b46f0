import type { Generator } from "../../engine/contract/testing/generator.ts";
import { product, sale } from "../../actors/testing/products.ts";
import type { InventoryCommand, Sale } from "../../actors/inventory/messages.ts";
import type { Client } from "./client.ts";
import type { Shopper } from "./shopper.ts";
import type { World } from "./world.ts";

const PAUSE_MAX_MS = 6_000;

/** Whoever runs one tenant's shop: lists products, receives and corrects stock, runs sales, takes orders back. */
export class Operator {
  readonly #world: World;
  readonly #client: Client;
  readonly #tenant: string;
  readonly #skus: readonly string[];
  readonly #shoppers: readonly Shopper[];
  readonly #generator: Generator;
  #leaving = false;
  #resting = false;

  constructor(
    world: World,
    client: Client,
    shop: {
      readonly tenant: string;
      readonly skus: readonly string[];
      readonly shoppers: readonly Shopper[];
    },
    generator: Generator,
  ) {
    this.#world = world;
    this.#client = client;
    this.#tenant = shop.tenant;
    this.#skus = shop.skus;
    this.#shoppers = shop.shoppers;
    this.#generator = generator;
  }

  /** Lists every product with a little stock, then goes on until {@link leave}. */
  open(): void {
    for (const sku of this.#skus) {
      this.#tell(sku, { type: "ListProduct", product: product({ unitPriceMinor: 1_250 }) }, () =>
        this.#tell(sku, { type: "ReceiveStock", quantity: this.#generator.between(2, 8) }),
      );
    }
    this.#work();
  }

  /** Does nothing for a while, or goes on. */
  rest(resting: boolean): void {
    this.#resting = resting;
  }

  leave(): void {
    this.#leaving = true;
  }

  #work(): void {
    this.#world.agenda.plan(this.#generator.below(PAUSE_MAX_MS), () => {
      if (this.#leaving) return;
      if (!this.#resting) this.#act();
      this.#work();
    });
  }

  #act(): void {
    const generator = this.#generator;
    const sku = this.#skus[generator.below(this.#skus.length)] as string;
    const dice = generator.below(100);
    if (dice < 35) this.#takeBack();
    else if (dice < 55) this.#tell(sku, { type: "ReceiveStock", quantity: generator.between(1, 3) });
    else if (dice < 75) {
      const quantity = generator.pick([-3, -2, -1, 1, 2]);
      this.#tell(sku, { type: "AdjustStock", quantity, reason: "count" });
    } else if (dice < 85) {
      const unitPriceMinor = generator.pick([0, 99, 1_250]);
      const terms = product({ unitPriceMinor, sale: generator.chance(50) ? this.#anySale() : null });
      this.#tell(sku, { type: "ListProduct", product: terms });
    } else this.#runSale(sku);
  }

  #runSale(sku: string): void {
    const generator = this.#generator;
    const dice = generator.below(100);
    if (dice < 40) {
      this.#tell(sku, { type: "PauseSelling", reason: "count" }, () =>
        this.#world.agenda.plan(generator.below(PAUSE_MAX_MS), () =>
          this.#tell(sku, { type: "ResumeSelling" }),
        ),
      );
    } else if (dice < 60) this.#setSale(sku, this.#anySale());
    else if (dice < 80) {
      const unitPriceMinor = generator.pick([0, 99, 600]);
      this.#tell(sku, { type: "ChangeSalePrice", saleId: this.#anySaleId(), unitPriceMinor });
    } else this.#tell(sku, { type: "EndSale", saleId: this.#anySaleId() });
  }

  /** With its queue, when it has a waiting room. */
  #setSale(sku: string, terms: Sale): void {
    const set = (): void => this.#tell(sku, { type: "SetSale", sale: terms });
    if (terms.waitingRoom !== true) return set();
    const { startsAtMs, endsAtMs } = terms;
    const times = { opensAtMs: startsAtMs, startsAtMs, endsAtMs };
    const queue = `${this.#tenant}/queue/${terms.id}`;
    const admitPerMinute = this.#generator.pick([0, 60, 6_000]);
    const opened = { type: "OpenQueue", terms: { ...times, admitPerMinute, admissionMs: 600_000 } };
    this.#client.ask(queue, opened, set);
  }

  #anySale(): Sale {
    const limitPerCustomer = this.#generator.pick([null, 2, 3]);
    const terms = sale(this.#world.agenda.nowMs, { id: this.#anySaleId(), limitPerCustomer });
    return this.#generator.chance(30) ? { ...terms, waitingRoom: true } : terms;
  }

  #anySaleId(): string {
    return `drop-${this.#generator.below(4)}`;
  }

  #takeBack(): void {
    const orders = this.#shoppers.flatMap((shopper) => shopper.orders);
    const order = orders[this.#generator.below(orders.length)];
    if (order === undefined) return;
    const lines = [{ line: this.#generator.between(1, 3), quantity: 1 }];
    const command = { type: "ReturnLines", lines, reason: "broken" } as const;
    this.#client.ask(`${this.#tenant}/order/${order}`, command, () => undefined);
  }

  #tell(sku: string, command: InventoryCommand, ended: () => void = () => undefined): void {
    this.#client.ask(`${this.#tenant}/inventory/${sku}`, command, ended);
  }
}
