import type { Generator } from "../../engine/contract/testing/generator.ts";
import { Client } from "./client.ts";
import type { Observations } from "./observations.ts";
import { Operator } from "./operator.ts";
import { generatorFor } from "./seeds.ts";
import { Shopper } from "./shopper.ts";
import type { SimulatedGateway } from "./simulated-gateway.ts";
import type { SimulatedCluster } from "./simulated-cluster.ts";
import type { World } from "./world.ts";

const TENANTS = ["north", "south"] as const;
const SKUS = ["MUG", "CUP", "TEA", "POT"] as const;
/** One of the sales of operators. */
const SALE = "drop-1";
const SHOPPERS_PER_TENANT = 3;
const LOOK_MAX_MS = 800;

/** Everybody at the gateways: in each of two tenants, with the same SKUs and carts, shoppers, an operator and onlookers. */
export class People {
  readonly #world: World;
  readonly #cluster: SimulatedCluster;
  readonly #observations: Observations;
  readonly #shoppers: Shopper[] = [];
  readonly #operators: Operator[] = [];
  readonly #clients: Client[] = [];
  /** Watch anew, as after a lost connection. */
  readonly #renewals: (() => void)[] = [];
  #resting = false;

  constructor(world: World, cluster: SimulatedCluster, observations: Observations) {
    this.#world = world;
    this.#cluster = cluster;
    this.#observations = observations;
  }

  /** Begins the day. */
  come(): void {
    for (const tenant of TENANTS) this.#tenant(tenant);
  }

  /** Everybody rests for a while, or goes on. */
  rest(resting: boolean): void {
    this.#resting = resting;
    for (const person of [...this.#shoppers, ...this.#operators]) person.rest(resting);
  }

  /** Nobody begins anything new. */
  leave(): void {
    for (const person of [...this.#shoppers, ...this.#operators]) person.leave();
  }

  /** Every watcher comes back, and somebody of its tenant reads each actor. */
  lookAtEverything(addresses: Iterable<string>): void {
    for (const renew of this.#renewals) renew();
    for (const address of addresses)
      this.#clients.find(({ name }) => name.startsWith(`${address.split("/")[0]}-`))?.read(address);
  }

  #tenant(tenant: string): void {
    const { seed } = this.#world;
    const shoppers: Shopper[] = [];
    for (let number = 1; number <= SHOPPERS_PER_TENANT; number += 1) {
      const name = `${tenant}-shopper-${number}`;
      const setting = { tenant, customer: `C${number}`, cart: `CART-${number}`, skus: SKUS };
      shoppers.push(
        new Shopper(
          this.#world,
          this.#client(name, number % 2),
          setting,
          generatorFor(seed, `${tenant}${number}`),
        ),
      );
    }
    const shop = { tenant, skus: SKUS, shoppers };
    const name = `${tenant}-operator`;
    const operator = new Operator(this.#world, this.#client(name, 0), shop, generatorFor(seed, name));
    operator.open();
    this.#operators.push(operator);
    for (const shopper of shoppers) shopper.shop();
    this.#shoppers.push(...shoppers);
    for (const gateway of [0, 1]) {
      const watcher = this.#client(`${tenant}-watcher-${gateway}`, gateway);
      for (const sku of SKUS) this.#renewals.push(watcher.watch(`${tenant}/inventory/${sku}`));
      this.#renewals.push(watcher.watch(`${tenant}/cart/CART-${gateway + 1}`));
      this.#renewals.push(watcher.watch(`${tenant}/queue/${SALE}`));
      const reader = this.#client(`${tenant}-reader-${gateway}`, gateway);
      this.#lookNowAndThen(reader, tenant, generatorFor(seed, reader.name));
    }
  }

  /** Reads products as long as things go wrong: what is asked for must be current wherever one asks. */
  #lookNowAndThen(reader: Client, tenant: string, generator: Generator): void {
    this.#world.agenda.plan(generator.below(LOOK_MAX_MS), () => {
      if (this.#world.faults.over) return;
      if (!this.#resting) reader.read(`${tenant}/inventory/${SKUS[generator.below(SKUS.length)]}`);
      this.#lookNowAndThen(reader, tenant, generator);
    });
  }

  #client(name: string, gateway: number): Client {
    const seat = (): SimulatedGateway | undefined => this.#cluster.gateway(gateway);
    const client = new Client(name, this.#world, seat, this.#observations);
    this.#clients.push(client);
    return client;
  }
}
