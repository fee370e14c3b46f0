import { shopDeciders } from "../../../actors/shop.ts";
import type { CartCommand } from "../../../actors/cart/messages.ts";
import type { InventoryCommand, InventoryView } from "../../../actors/inventory/messages.ts";
import { parseAddress, type Address } from "../../../engine/contract/address.ts";
import { assert } from "../../../engine/contract/assert.ts";
import { Lane } from "../../../engine/lane/lane.ts";
import { defaultLaneLimits, type LaneLimits } from "../../../engine/lane/limits.ts";
import type { LaneStatistics } from "../../../engine/lane/lane-statistics.ts";
import type { Clock } from "../../../engine/ports/clock.ts";
import type { Answer } from "../../../engine/ports/dispatcher.ts";
import type { Journal } from "../../../engine/ports/journal.ts";
import type { Log } from "../../../engine/ports/log.ts";
import type { SnapshotStore } from "../../../engine/ports/snapshots.ts";
import { ANSWER, COMMAND, READ, VIEW, type Item } from "../../../engine/transport/items.ts";
import type { Link } from "../../../engine/transport/link.ts";

const SHARDS = [0, 1, 2, 3, 4, 5, 6, 7];
const PATIENCE_MS = 60_000;

/** What a test gives its lane. */
export interface ShopLaneOptions {
  readonly journal: Journal;
  readonly snapshots: SnapshotStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<LaneLimits>;
}

/** One lane with the shop's actors, and a client that asks it. */
export class ShopLane {
  readonly #lane: Lane;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, (item: Item) => void>();
  readonly #client: Link = { send: (item) => this.#receive(item) };
  #correlation = 0;

  private constructor({ limits, ...options }: ShopLaneOptions) {
    this.#clock = options.clock;
    this.#lane = new Lane({
      ...options,
      lane: 0,
      owner: "shop lane",
      shardCount: SHARDS.length,
      deciders: shopDeciders,
      ports: new Map(),
      entropy: { uuid: () => crypto.randomUUID() },
      limits: { ...defaultLaneLimits, ...limits },
      send: (_shard, item) => this.#client.send(item),
      lost: () => "end",
      fatal: (error) => {
        throw error;
      },
    });
  }

  static async open(options: ShopLaneOptions): Promise<ShopLane> {
    const shop = new ShopLane(options);
    await shop.#lane.open(SHARDS);
    return shop;
  }

  get statistics(): LaneStatistics {
    return this.#lane.statistics();
  }

  /** Sends a command to `tenant/kind/id` under a key of its own. */
  ask(to: string, command: CartCommand | InventoryCommand): Promise<Answer> {
    const { tenant, kind, id } = addressOf(to);
    const deadlineAtMs = this.#clock.nowMs() + PATIENCE_MS;
    return this.#send((correlation) => {
      const key = crypto.randomUUID();
      return [COMMAND, correlation, tenant, kind, id, command, key, deadlineAtMs, null];
    }).then((item) => {
      assert(item[0] === ANSWER, "an answer answers a command");
      return item[2];
    });
  }

  /** Units of a SKU that are neither sold nor held. */
  async available(sku: string): Promise<number> {
    const { tenant, kind, id } = addressOf(`shop/inventory/${sku}`);
    const item = await this.#send((correlation) => [READ, correlation, tenant, kind, id]);
    assert(item[0] === VIEW, "a view answers a read");
    return (item[7] as InventoryView).available;
  }

  stop(): Promise<void> {
    return this.#lane.stop();
  }

  #send(item: (correlation: number) => Item): Promise<Item> {
    this.#correlation += 1;
    const correlation = this.#correlation;
    const answered = new Promise<Item>((resolve) => this.#waiting.set(correlation, resolve));
    this.#lane.receive(this.#client, [item(correlation)]);
    return answered;
  }

  #receive(item: Item): void {
    const correlation = item[0] === VIEW || item[0] === ANSWER ? item[1] : 0;
    // A copy, as over a port: what a test does with an answer does not reach the actor.
    this.#waiting.get(correlation)?.(structuredClone(item));
    this.#waiting.delete(correlation);
  }
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  assert(address !== undefined, `${text} is no address`);
  return address;
}
