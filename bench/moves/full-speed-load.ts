import { LAMP } from "../crash/lamp-sale.ts";
import { ShopperCrowd } from "../flash-sale/crowd.ts";
import { Tally } from "../flash-sale/tally.ts";
import type { SaleLoad } from "./sale-load.ts";

/** So many customers who order again as soon as they are answered: together they take all the machine that they can get. */
export class FullSpeedLoad implements SaleLoad {
  readonly #tally: Tally;
  readonly #sockets: number;
  readonly #crowds: readonly ShopperCrowd[];
  #fromMs = 0;
  #toMs = 0;

  private constructor(sockets: number, tally: Tally, crowds: readonly ShopperCrowd[]) {
    this.#sockets = sockets;
    this.#tally = tally;
    this.#crowds = crowds;
  }

  /** Lets `sockets` customers in, as many at each of the nodes. */
  static async open(socketUrls: readonly URL[], sockets: number): Promise<FullSpeedLoad> {
    const tally = new Tally();
    const crowds: ShopperCrowd[] = [];
    for (const [index, url] of socketUrls.entries()) {
      const count = Math.floor((sockets + index) / socketUrls.length);
      if (count === 0) continue;
      const crowd = new ShopperCrowd(tally, [LAMP], Number.POSITIVE_INFINITY);
      await crowd.open(url, count, `${index}-`, () => undefined);
      crowds.push(crowd);
    }
    return new FullSpeedLoad(sockets, tally, crowds);
  }

  start(): void {
    for (const crowd of this.#crowds) crowd.start();
  }

  count(): void {
    this.#fromMs = performance.now();
    this.#tally.open();
  }

  async stop(): Promise<void> {
    this.#toMs = performance.now();
    this.#tally.close(this.#toMs);
    for (const crowd of this.#crowds) crowd.stop();
    await Promise.all(this.#crowds.map((crowd) => crowd.allLeft));
  }

  summary(): string {
    const { confirmed, refused, retries, unknown } = this.#tally;
    const { p50, p99 } = this.#tally.latencyMs("order");
    const ordersPerSecond = Math.round(confirmed / ((this.#toMs - this.#fromMs) / 1_000));
    return (
      `${this.#sockets} sockets: ${ordersPerSecond} orders/s, order p50 ${p50} ms, p99 ${p99} ms; ` +
      `refused ${refused}, sent again ${retries}, without an answer ${unknown}`
    );
  }
}
