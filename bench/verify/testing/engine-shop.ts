import { shopDeciders } from "../../../actors/shop.ts";
import type { CartCommand } from "../../../actors/cart/messages.ts";
import type { InventoryCommand } from "../../../actors/inventory/messages.ts";
import type { QueueCommand } from "../../../actors/queue/messages.ts";
import type { OrderCommand, PaymentAnswer, PaymentRequest } from "../../../actors/order/messages.ts";
import { parseAddress, type Address } from "../../../engine/contract/address.ts";
import { assert } from "../../../engine/contract/assert.ts";
import type { Typed } from "../../../engine/contract/decider.ts";
import { Lane } from "../../../engine/lane/lane.ts";
import { defaultLaneLimits, type LaneLimits } from "../../../engine/lane/limits.ts";
import type { Answer, ViewUpdate } from "../../../engine/ports/dispatcher.ts";
import type { Journal } from "../../../engine/ports/journal.ts";
import { defaultDispatcherLimits, LinkDispatcher } from "../../../engine/routing/link-dispatcher.ts";
import type { LanePlace, ShardPlace } from "../../../engine/ports/placement-store.ts";
import { shardsAt } from "../../../engine/routing/placement.ts";
import { evenPlacement } from "../../../engine/testing/even-placement.ts";
import { eventLoopClock } from "../../../engine/testing/event-loop-clock.ts";
import type { Item } from "../../../engine/transport/items.ts";
import type { Link } from "../../../engine/transport/link.ts";
import { memoryJournal } from "../../../persistence/memory/journal.ts";
import { memorySnapshots, type MemorySnapshotStorage } from "../../../persistence/memory/snapshots.ts";
import { eventually } from "../../../persistence/testing/condition.ts";
import { silentLog } from "../../../persistence/testing/silent-log.ts";

/** Number of shards of an {@link EngineShop}. */
export const ENGINE_SHOP_SHARDS = 16;

/** A payment token that the bank of an {@link EngineShop} declines; it takes any other. */
export const DECLINED_TOKEN = "tok_declined";

const DEADLINE_MS = 10_000;
const NODE = "engine";

/** The real engine and the real actors over a journal in memory: what it writes is what a shop writes. */
export class EngineShop {
  readonly journal: Journal = memoryJournal();
  readonly snapshotStorage: MemorySnapshotStorage = new Map();
  readonly #lanes: Lane[] = [];
  readonly #dispatcher: LinkDispatcher;
  readonly #faults: unknown[] = [];
  #keys = 0;

  private constructor(laneCount: number, limits: LaneLimits) {
    const placement = evenPlacement(ENGINE_SHOP_SHARDS, laneCount, NODE);
    const replies = linkTo((items) => this.#dispatcher.receive(items));
    const links = Array.from({ length: laneCount }, (_, lane) =>
      linkTo((items) => this.#lanes[lane]?.receive(replies, items)),
    );
    const linkOf = ({ lane }: LanePlace): Link => links[lane] as Link;
    this.#dispatcher = new LinkDispatcher(placement, linkOf, eventLoopClock, defaultDispatcherLimits);
    for (let lane = 0; lane < laneCount; lane += 1) {
      const opened = new Lane({
        lane,
        owner: "engine shop",
        shardCount: ENGINE_SHOP_SHARDS,
        deciders: shopDeciders,
        journal: this.journal,
        snapshots: memorySnapshots({ storage: this.snapshotStorage }),
        ports: new Map([["payment", { call: (request) => Promise.resolve(pay(request as PaymentRequest)) }]]),
        clock: eventLoopClock,
        entropy: { uuid: () => crypto.randomUUID() },
        log: silentLog,
        limits,
        send: (shard, item) => linkOf(placement.shards[shard] as ShardPlace).send(item),
        lost: () => "end",
        fatal: (error) => this.#faults.push(error),
      });
      this.#lanes.push(opened);
    }
  }

  static async open(laneCount: number, limits: Partial<LaneLimits> = {}): Promise<EngineShop> {
    const shop = new EngineShop(laneCount, { ...defaultLaneLimits, ...limits });
    const placement = evenPlacement(ENGINE_SHOP_SHARDS, laneCount, NODE);
    await Promise.all(
      shop.#lanes.map((lane, number) => lane.open(shardsAt(placement, { node: NODE, lane: number }))),
    );
    return shop;
  }

  /** Sends a command to `tenant/kind/id`, under a key of its own unless told, and returns its answer. */
  ask(
    to: string,
    command: CartCommand | InventoryCommand | OrderCommand | QueueCommand,
    key?: string,
  ): Promise<Answer> {
    this.#keys += 1;
    return this.#dispatch(to, command, key ?? `key ${this.#keys}`);
  }

  /** Calls `listener` with the committed views of `tenant/kind/id` until the returned function is called. */
  watch(to: string, listener: (update: ViewUpdate) => void): () => void {
    return this.#dispatcher.watch(addressOf(to), listener);
  }

  /** The committed view of `tenant/kind/id`. */
  read(to: string): Promise<ViewUpdate> {
    return this.#dispatcher.read(addressOf(to));
  }

  #dispatch(to: string, command: Typed, key: string): Promise<Answer> {
    const address = addressOf(to);
    const deadlineAtMs = eventLoopClock.nowMs() + DEADLINE_MS;
    return new Promise((resolve) => {
      this.#dispatcher.dispatch({ address, command, key, deadlineAtMs }, resolve);
    });
  }

  /** Waits until nothing is on its way, and ends. */
  async close(): Promise<void> {
    await eventually("all messages and calls have ended", () =>
      this.#lanes.every((lane) => {
        const { outboxPending, callsPending, mailboxDepth } = lane.statistics();
        return outboxPending + callsPending + mailboxDepth === 0;
      }),
    );
    this.#dispatcher.stop();
    await Promise.all(this.#lanes.map((lane) => lane.stop()));
    assert(this.#faults.length === 0, `the engine failed: ${String(this.#faults[0])}`);
  }
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  assert(address !== undefined, `${text} is no address`);
  return address;
}

/** Items arrive one turn later, as between threads. */
function linkTo(receive: (items: readonly Item[]) => void): Link {
  return { send: (item) => void setImmediate(() => receive([item])) };
}

function pay(request: PaymentRequest): PaymentAnswer {
  const { paymentKey } = request;
  switch (request.type) {
    case "Authorise":
      return request.token === DECLINED_TOKEN
        ? { type: "PaymentDeclined", paymentKey, reason: "the bank says no" }
        : { type: "PaymentAuthorised", paymentKey, reference: `ref-${paymentKey}` };
    case "Capture":
      return { type: "PaymentCaptured", paymentKey };
    case "Void":
      return { type: "PaymentVoided", paymentKey };
    case "Refund":
      return { type: "PaymentRefunded", paymentKey, refundKey: request.refundKey };
  }
}
