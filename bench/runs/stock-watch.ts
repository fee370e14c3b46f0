import type { StampedeClient } from "../../gateway/client/client.ts";

/** Follows how many units of a product can still be bought. */
export class StockWatch {
  readonly #client: StampedeClient;
  readonly #end: () => void;
  #available: number | null = null;

  constructor(client: StampedeClient, sku: string) {
    this.#client = client;
    this.#end = client.subscribe(`sku/${sku}`, (state) => {
      this.#available = state?.available ?? null;
    });
  }

  /** What the shop has told last; null while nothing was told, and while it cannot be reached. */
  get available(): number | null {
    return this.#client.status.type === "open" ? this.#available : null;
  }

  end(): void {
    this.#end();
  }
}
