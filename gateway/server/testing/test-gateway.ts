import type { Catalogue, CatalogueEntry } from "../../../engine/ports/catalogue.ts";
import type { Clock } from "../../../engine/ports/clock.ts";
import type { Log } from "../../../engine/ports/log.ts";
import { mintOperatorToken } from "../../auth/operator-token.ts";
import { StampedeClient } from "../../client/client.ts";
import type { ConnectOptions } from "../../client/options.ts";
import type { ProductTerms } from "../../protocol/messages.ts";
import { SOCKET_PATH } from "../../protocol/messages.ts";
import { startGateway } from "../gateway.ts";
import type { Gateway, GatewayOptions } from "../gateway.ts";
import { MemoryDispatcher } from "./memory-dispatcher.ts";
import { TestSocket } from "./test-socket.ts";

/** The secret of test shops. */
export const SECRET = "a secret of at least thirty-two bytes, for tests";
/** The tenant of test shops. */
export const TENANT = "shop";

/** A product that nobody limits. */
export const MUG: ProductTerms = {
  title: "Mug",
  description: "Holds tea.",
  category: "Kitchen",
  unitPriceMinor: 1250,
  currency: "GBP",
  taxBasisPoints: 2000,
  sale: null,
};

/** The system's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
  soon: (task) => void setImmediate(task),
};

/** A gateway on a free port in front of the shop's deciders in memory. */
export class TestGateway {
  readonly gateway: Gateway;
  readonly dispatcher: MemoryDispatcher;
  /** Errors that were logged. */
  readonly errors: readonly unknown[];
  readonly #sockets: TestSocket[] = [];
  readonly #clients: StampedeClient[] = [];

  private constructor(gateway: Gateway, dispatcher: MemoryDispatcher, errors: readonly unknown[]) {
    this.gateway = gateway;
    this.dispatcher = dispatcher;
    this.errors = errors;
  }

  /** `dispatcher`: the shop behind, when several gateways stand before one. */
  static async start(
    options: Partial<GatewayOptions> = {},
    dispatcher = new MemoryDispatcher(),
  ): Promise<TestGateway> {
    const errors: unknown[] = [];
    const gateway = await startGateway({
      port: 0,
      hostname: "127.0.0.1",
      dispatcher,
      catalogue: new MemoryCatalogue(),
      secret: SECRET,
      tenant: TENANT,
      shopId: "test-shop",
      shardCount: 256,
      log: recordingLog(errors),
      clock: systemClock,
      ...options,
    });
    return new TestGateway(gateway, dispatcher, errors);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.gateway.port}`;
  }

  socket(headers?: Readonly<Record<string, string>>): TestSocket {
    const socket = new TestSocket(`ws://127.0.0.1:${this.gateway.port}${SOCKET_PATH}`, headers);
    this.#sockets.push(socket);
    return socket;
  }

  async client(options: Partial<ConnectOptions> = {}): Promise<StampedeClient> {
    const client = await StampedeClient.connect({ url: this.origin, ...options });
    this.#clients.push(client);
    return client;
  }

  operatorToken(): Promise<string> {
    return mintOperatorToken(SECRET, { tenant: TENANT, nowMs: Date.now() });
  }

  /** A client with the rights of an operator, and a product in stock. */
  async stocked(sku: string, quantity: number): Promise<StampedeClient> {
    const operator = await this.client({ token: await this.operatorToken() });
    await operator.listProduct({ sku, product: MUG });
    await operator.receiveStock({ sku, quantity });
    return operator;
  }

  async stop(graceMs = 0): Promise<void> {
    for (const client of this.#clients) client.close();
    for (const socket of this.#sockets) socket.close();
    await this.gateway.stop(graceMs);
  }
}

/** A catalogue of two products. */
class MemoryCatalogue implements Catalogue {
  readonly #entries: readonly CatalogueEntry[] = ["MUG-1", "MUG-2"].map((sku) => ({
    sku,
    title: MUG.title,
    description: MUG.description,
    category: MUG.category,
    unitPriceMinor: MUG.unitPriceMinor,
    currency: MUG.currency,
    available: 5,
    sale: null,
    paused: false,
  }));

  search({ words, offset, limit }: Parameters<Catalogue["search"]>[0]): ReturnType<Catalogue["search"]> {
    const found = this.#entries.filter(({ sku }) => words === undefined || sku.includes(words));
    return Promise.resolve({ entries: found.slice(offset, offset + limit), total: found.length });
  }

  find(_tenant: string, sku: string): Promise<CatalogueEntry | undefined> {
    return Promise.resolve(this.#entries.find((entry) => entry.sku === sku));
  }
}

function recordingLog(errors: unknown[]): Log {
  const ignore = () => undefined;
  return { debug: ignore, info: ignore, warn: ignore, error: (fields) => errors.push(fields) };
}
