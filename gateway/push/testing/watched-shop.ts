import { jest } from "bun:test";
import { parseAddress } from "../../../engine/contract/address.ts";
import { assert } from "../../../engine/contract/assert.ts";
import { evenPlacement } from "../../../engine/testing/even-placement.ts";
import type { LaneRig } from "../../../engine/testing/lane-rig.ts";
import { move, twoLanes } from "../../../engine/testing/shard-moves.ts";
import { WatchingClient } from "./watching-client.ts";
import { TICK_MS, WatchingGateway } from "./watching-gateway.ts";

const LANES = [0, 1];
const GATEWAYS = [0, 1];
const SHARD_COUNT = 8;
const SHARD = 0;

/** Two lanes, two gateways and a client who watches one product of shard 0, with networks between them that a test can hold. */
export class WatchedShop {
  readonly rig: LaneRig;
  readonly #gateways: readonly WatchingGateway[];
  readonly client: WatchingClient;
  readonly product: string;
  /** Another one in its shard. */
  readonly neighbour: string;
  #placement = evenPlacement(SHARD_COUNT, LANES.length);

  private constructor(rig: LaneRig) {
    this.rig = rig;
    this.product = rig.actorIn(SHARD);
    this.neighbour = rig.actorIn(SHARD, 1);
    this.#gateways = GATEWAYS.map(() => new WatchingGateway(rig, this.#placement, LANES));
    this.client = this.newClient();
  }

  static async open(): Promise<WatchedShop> {
    return new WatchedShop(await twoLanes());
  }

  gateway(index: number): WatchingGateway {
    const gateway = this.#gateways[index];
    assert(gateway !== undefined, `there is a gateway ${index}`);
    return gateway;
  }

  /** Another client, who is not connected. */
  newClient(): WatchingClient {
    return new WatchingClient(`sku/${parseAddress(this.product)?.id}`);
  }

  /** Something happens to the product, or to its neighbour. */
  async change(address: string = this.product): Promise<void> {
    await this.rig.ask(address, { type: "Add", amount: 1 });
    await this.pass(TICK_MS);
  }

  /** The client leaves its gateway for that one. */
  async connect(index: number): Promise<void> {
    this.client.connect(this.gateway(index));
    await this.pass(TICK_MS);
  }

  /** The shard moves to the other lane, as gateways expect it to. Returns what tells one of them where it is. */
  async move(): Promise<(gateway: WatchingGateway) => void> {
    const version = this.#placement.version + 1;
    for (const { dispatcher } of this.#gateways) dispatcher.router.hold([SHARD], version);
    const from = this.#placement.shards[SHARD]?.lane ?? 0;
    const to = 1 - from;
    await move(this.rig, [SHARD], from, to);
    const shards = this.#placement.shards.with(SHARD, { node: "node", lane: to, pinned: false });
    const placement = { version, shards };
    this.#placement = placement;
    return (gateway) => gateway.learn(placement, SHARD);
  }

  /** Time passes for everybody; the client's is the faked time of the test. */
  async pass(durationMs: number): Promise<void> {
    await this.rig.clock.advance(durationMs);
    jest.advanceTimersByTime(durationMs);
    await this.rig.clock.settle();
  }
}
