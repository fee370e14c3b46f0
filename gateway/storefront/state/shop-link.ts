import { signal } from "@preact/signals";
import type { ReadonlySignal, Signal } from "@preact/signals";
import { StampedeClient } from "../../client/client.ts";

/** What the page uses of a client. */
export type ShopClient = Pick<
  StampedeClient,
  | "session"
  | "onStatus"
  | "serverTimeMs"
  | "subscribe"
  | "add"
  | "changeQuantity"
  | "removeLine"
  | "extendLine"
  | "checkOut"
  | "joinQueue"
>;

/** Whether what the page shows is live; if not, since when, milliseconds of server time. */
export type Liveness =
  /** `sinceMs`: of which time the figures on the page are; undefined when it has none. */
  | { readonly type: "opening"; readonly sinceMs: number | undefined }
  | { readonly type: "live" }
  | { readonly type: "lost"; readonly sinceMs: number }
  /** The shop will not have this page any more: only loading it again helps. */
  | { readonly type: "closed"; readonly sinceMs: number };

/** The page's one connection, usable from the start: whatever is asked of it waits until it is open. */
export class ShopLink {
  readonly client: Promise<ShopClient>;
  readonly #liveness: Signal<Liveness>;
  #open: ShopClient | undefined;

  constructor(client: Promise<ShopClient>, drawnMs?: number) {
    this.#liveness = signal<Liveness>({ type: "opening", sinceMs: drawnMs });
    this.client = client;
    client.then(
      (opened) => this.#opened(opened),
      () => this.#close(),
    );
  }

  /** Connects to the shop that served the page, for as long as that takes. `drawnMs`: when it has drawn the page. */
  static connect(origin: string, drawnMs?: number): ShopLink {
    // The longest time that a timer can wait: a visitor who came too early shall not have to reload.
    const connectMs = 2 ** 31 - 1;
    return new ShopLink(StampedeClient.connect({ url: origin, reconnect: true, connectMs }), drawnMs);
  }

  get liveness(): ReadonlySignal<Liveness> {
    return this.#liveness;
  }

  /** The server's time as far as it is known, milliseconds since the Unix epoch. */
  nowMs(): number {
    return this.#open?.serverTimeMs() ?? Date.now();
  }

  /** Follows something from when the connection is there. Returns what ends it. */
  follow(start: (client: ShopClient) => () => void): () => void {
    if (this.#open !== undefined) return start(this.#open);
    let stop: (() => void) | undefined;
    let isOver = false;
    this.client.then(
      (client) => {
        if (!isOver) stop = start(client);
      },
      () => undefined,
    );
    return () => {
      isOver = true;
      stop?.();
    };
  }

  #opened(client: ShopClient): void {
    this.#open = client;
    this.#liveness.value = { type: "live" };
    client.onStatus((status) => {
      if (status.type === "open") this.#liveness.value = { type: "live" };
      else if (status.type === "closed") this.#close();
      else if (this.#liveness.value.type === "live") {
        this.#liveness.value = { type: "lost", sinceMs: this.nowMs() };
      }
    });
  }

  #close(): void {
    const before = this.#liveness.value;
    const sinceMs = before.type === "lost" ? before.sinceMs : this.nowMs();
    this.#liveness.value = { type: "closed", sinceMs };
  }
}
