import { NetworkProxy } from "../../engine/testing/network-proxy.ts";
import { HoldingProxy } from "../chaos/holding-proxy.ts";

/** Whom a node can be cut off from. */
export type Peer = "Postgres" | "NATS";

/**
 * The network between one node and what it shares with the others. A way that is cut is silent, as behind a switch that died:
 * connections stay, nothing arrives, and nobody is told; what was sent arrives when it is mended.
 */
export class NodeNetwork {
  /** The way to Postgres. */
  readonly database: HoldingProxy;
  readonly #nats: NetworkProxy;

  constructor(databaseUrl: string, natsPort: number) {
    this.database = new HoldingProxy(databaseUrl);
    this.#nats = new NetworkProxy(natsPort);
  }

  get databaseUrl(): string {
    return this.database.url;
  }

  get natsUrl(): string {
    return `nats://127.0.0.1:${this.#nats.port}`;
  }

  /** From now on nothing passes between the node and these. */
  cut(peers: readonly Peer[]): void {
    if (peers.includes("Postgres")) this.database.cut();
    if (peers.includes("NATS")) this.#nats.stall(true);
  }

  /** Everything passes again. */
  mend(): void {
    this.database.release();
    this.#nats.stall(false);
  }

  close(): void {
    this.database.close();
    this.#nats.close();
  }
}
