import type { ServerWebSocket } from "bun";

/** A frame as the shop sees it, and who sent it. */
export interface SeenFrame {
  /** Number of the connection, from 1. */
  readonly customer: number;
  readonly t?: string;
  readonly ch?: string;
  readonly id: number;
  readonly op: string;
  readonly key: string;
  readonly sku?: string;
  readonly quantity?: number;
  readonly line?: number;
}

/** An answer: what the command came to, `"nothing"` for none, `"close"` for the end of the connection. */
export type Answer = { readonly ok: unknown } | { readonly problem: unknown } | "nothing" | "close";

/** What the shop says to a command; the default holds, sells and takes out whatever is asked for. */
export type Answers = (frame: SeenFrame) => Answer;

interface Customer {
  readonly number: number;
}

/** A problem with this code. */
export function problem(code: string, retryAfterMs?: number): Answer {
  return { problem: { code, detail: code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) } };
}

/** A shop that agrees to everything. */
export const agreeable: Answers = ({ op, id, quantity = 1, customer }) => {
  if (op === "checkout")
    return { ok: { orderId: `CART${customer}~${id}`, totalMinor: 1, taxMinor: 0, currency: "EUR" } };
  return op === "cart.add" ? { ok: { line: id, quantity } } : { ok: {} };
};

/** A gateway in this process that answers as it is told, and remembers what it was asked. */
export class PretendShop {
  readonly seen: SeenFrame[] = [];
  readonly #server: Bun.Server<Customer>;
  readonly #units: Readonly<Record<string, number>>;
  #customers = 0;
  /** What the channel of each product that changed shows. */
  readonly #available = new Map<string, number>();

  /** `units`: stock of products that there is no end of otherwise; what was added to a cart stays held until it is taken out. */
  constructor(answers: Answers = agreeable, units: Readonly<Record<string, number>> = {}) {
    this.#units = units;
    this.#server = Bun.serve<Customer>({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request, server) =>
        server.upgrade(request, { data: { number: (this.#customers += 1) } })
          ? undefined
          : new Response("no", { status: 400 }),
      websocket: {
        message: (ws, text) => this.#receive(ws, JSON.parse(String(text)) as SeenFrame, answers),
      },
    });
  }

  get socketUrl(): string {
    return `ws://127.0.0.1:${this.#server.port}/v1/socket`;
  }

  /** Commands with this name that came in. */
  commands(op: string): readonly SeenFrame[] {
    return this.seen.filter((frame) => frame.op === op);
  }

  /** Connections that were let in. */
  get customers(): number {
    return this.#customers;
  }

  /** Connections that are open now. */
  get present(): number {
    return this.#server.pendingWebSockets;
  }

  close(): Promise<void> {
    return this.#server.stop(true);
  }

  #receive(ws: ServerWebSocket<Customer>, frame: SeenFrame, answers: Answers): void {
    const seen = { ...frame, customer: ws.data.number };
    if (frame.t === "hello") return void ws.send('{"t":"welcome"}');
    this.seen.push(seen);
    if (frame.t === "ping") return void ws.send('{"t":"pong","serverTimeMs":0}');
    if (frame.t === "subscribe") {
      ws.send(JSON.stringify({ t: "snapshot", ch: frame.ch, state: this.#viewOf(frame.ch ?? "") }));
      return void ws.subscribe(frame.ch ?? "");
    }
    if (frame.t === "unsubscribe") return void ws.unsubscribe(frame.ch ?? "");
    const answer = this.#isSoldOut(seen) ? problem("sold_out") : answers(seen);
    if (answer === "close") return ws.close(4000);
    if (answer === "nothing") return;
    ws.send(JSON.stringify({ re: frame.id, ...answer }));
    if ("ok" in answer && frame.op !== "checkout") this.#publish(seen);
  }

  /** Tells watchers of the product, which the line that is taken out was added for. */
  #publish({ op, sku, line, customer }: SeenFrame): void {
    const isAdded = op === "cart.add";
    const added = (frame: SeenFrame): boolean => frame.customer === customer && frame.id === line;
    const product = isAdded ? sku : this.commands("cart.add").find(added)?.sku;
    const ch = `sku/${product}`;
    this.#available.set(ch, this.#viewOf(ch).available + (isAdded ? -1 : 1));
    this.#server.publish(ch, JSON.stringify({ t: "delta", ch, fields: this.#viewOf(ch) }));
  }

  #isSoldOut({ op, sku = "", quantity = 1 }: SeenFrame): boolean {
    return op === "cart.add" && sku in this.#units && this.#viewOf(`sku/${sku}`).available < quantity;
  }

  #viewOf(channel: string): { readonly available: number } {
    return { available: this.#available.get(channel) ?? this.#units[channel.slice("sku/".length)] ?? 100 };
  }
}
