/** Somebody who buys in a shop over HTTP. */
export class Shopper {
  readonly customer: string;
  readonly #url: string;
  readonly #cookie: string;

  private constructor(url: string, cookie: string, customerId: string) {
    this.#url = url;
    this.#cookie = cookie;
    this.customer = customerId;
  }

  static async arrive(url: string): Promise<Shopper> {
    const session = await fetch(`${url}/v1/session`);
    const cookie = session.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
    const { customer: id = "" } = (await session.json()) as Record<string, string>;
    return new Shopper(url, cookie, id);
  }

  async add(sku: string, quantity: number): Promise<void> {
    const response = await this.#send("/v1/cart/lines", { sku, quantity });
    if (!response.ok) throw new Error(`the shop refused ${sku}: ${await response.text()}`);
  }

  /** Returns the order that was placed, paid or not. */
  async checkOut(paymentToken: string): Promise<string> {
    const response = await this.#send("/v1/checkout", { paymentToken });
    if (response.ok) return ((await response.json()) as { readonly orderId: string }).orderId;
    const cart = await fetch(`${this.#url}/v1/cart`, { headers: { cookie: this.#cookie } });
    const { orderIds } = (await cart.json()) as { readonly orderIds: readonly string[] };
    return orderIds[0] ?? "";
  }

  /** What the shop says of one of their orders. */
  async order(orderId: string): Promise<Readonly<Record<string, unknown>>> {
    const response = await fetch(`${this.#url}/v1/orders/${orderId}`, { headers: { cookie: this.#cookie } });
    if (!response.ok) throw new Error(`the shop does not show ${orderId}: ${await response.text()}`);
    return (await response.json()) as Readonly<Record<string, unknown>>;
  }

  #send(address: string, body: object): Promise<Response> {
    const headers = { "Idempotency-Key": crypto.randomUUID(), "Content-Type": "application/json" };
    const init = {
      method: "POST",
      headers: { cookie: this.#cookie, ...headers },
      body: JSON.stringify(body),
    };
    return fetch(`${this.#url}${address}`, init);
  }
}
