import { drainMicrotasks } from "bun:jsc";
import type { Generator } from "../../actors/testing/generator.ts";
import { shopDeciders } from "../../actors/shop.ts";
import { defaultDispatcherLimits, LinkDispatcher } from "../../engine/routing/link-dispatcher.ts";
import { checkHistory } from "../history/check-history.ts";
import type { ProviderPayment } from "../history/checks/provider.ts";
import { Client } from "./client.ts";
import type { FaultSelection } from "./faults.ts";
import { Observations } from "./observations.ts";
import { Operator } from "./operator.ts";
import { withoutRealWorld } from "./real-world.ts";
import { generatorFor } from "./seeds.ts";
import { Shopper } from "./shopper.ts";
import { SHARD_COUNT, SimulatedCluster } from "./simulated-cluster.ts";
import type { Violation } from "./violations.ts";
import { Weather } from "./weather.ts";
import { World } from "./world.ts";

/** What one simulation came to. */
export interface SimulationResult {
  readonly seed: number;
  /** Two runs of one seed with the same faults have the same hash. */
  readonly traceHash: string;
  readonly operations: number;
  /** Segments of the journal. */
  readonly segments: number;
  /** What went wrong, as `kind@opportunity`, in order. */
  readonly faults: readonly string[];
  readonly violations: readonly Violation[];
  readonly simulatedMs: number;
}

/** What a simulation may be told beside its seed. */
export interface SimulationOptions {
  /** Faults in place of those that the seed chooses. */
  readonly faults?: FaultSelection | undefined;
  /** Called with every line of the trace. */
  readonly print?: ((line: string) => void) | undefined;
}

const TENANTS = ["north", "south"] as const;
const SKUS = ["MUG", "CUP", "TEA", "POT"] as const;
const SHOPPERS_PER_TENANT = 3;
const LOOK_MAX_MS = 800;
/** How long everything that was begun may take to end once nothing goes wrong any more, simulated milliseconds. */
const SETTLE_MAX_MS = 180_000;
const SETTLE_STEP_MS = 2_000;
/** Longer than any hold lasts, extended or secured. */
const HOLDS_END_MS = 1_600_000;

/** Runs one seed from its first product to its last check. Everything in it comes from the seed. */
export function simulate(seed: number, options: SimulationOptions = {}): SimulationResult {
  return withoutRealWorld(() => new Simulation(seed, options).run());
}

class Simulation {
  readonly #world: World;
  readonly #cluster: SimulatedCluster;
  readonly #observations: Observations;
  readonly #weather: Weather;
  readonly #shoppers: Shopper[] = [];
  readonly #operators: Operator[] = [];
  readonly #clients: Client[] = [];
  readonly #renewals: (() => void)[] = [];

  constructor(seed: number, { faults, print }: SimulationOptions) {
    this.#world = new World(seed, faults, print);
    this.#observations = new Observations(this.#world);
    this.#cluster = new SimulatedCluster(this.#world);
    this.#weather = new Weather(this.#world, this.#cluster);
  }

  run(): SimulationResult {
    const { agenda, faults, trace, violations } = this.#world;
    const startMs = agenda.nowMs;
    this.#people();
    this.#cluster.start();
    this.#pass(1_000);
    this.#weather.begin();
    this.#pass(generatorFor(this.#world.seed, "length").between(15_000, 60_000));
    this.#weather.end();
    for (const person of [...this.#shoppers, ...this.#operators]) person.leave();
    if (this.#settles()) {
      const { holds } = this.#world.durable;
      for (const hold of holds.orphans()) violations.add("holds end", `${hold} has no line any more`);
      this.#pass(HOLDS_END_MS);
      for (const hold of holds.open()) violations.add("holds end", `${hold} is held long after its time`);
      this.#restart();
      if (this.#settles()) this.#look();
    }
    this.#check();
    const simulatedMs = agenda.nowMs - startMs;
    trace.add(`ends after ${simulatedMs} with ${violations.count}`);
    return {
      seed: this.#world.seed,
      traceHash: trace.hash,
      operations: this.#observations.operations,
      segments: Array.from(this.#world.database.storage.values()).reduce(
        (sum, { segments }) => sum + segments.length,
        0,
      ),
      faults: faults.happened,
      violations: violations.all,
      simulatedMs,
    };
  }

  #people(): void {
    const { gateways } = this.#cluster;
    const dispatchers = gateways.map((gateway) => {
      const { clock } = gateway.process;
      const { placement } = this.#cluster;
      const dispatcher = new LinkDispatcher(placement, gateway.routes, clock, defaultDispatcherLimits);
      gateway.receive = (items) => dispatcher.receive(items);
      return dispatcher;
    });
    const client = (name: string, gateway: number): Client => {
      const { process } = gateways[gateway] as (typeof gateways)[number];
      const made = new Client(
        name,
        this.#world,
        process,
        dispatchers[gateway] as LinkDispatcher,
        this.#observations,
      );
      this.#clients.push(made);
      return made;
    };
    for (const tenant of TENANTS) this.#tenant(tenant, client);
  }

  #tenant(tenant: string, client: (name: string, gateway: number) => Client): void {
    const { seed } = this.#world;
    const shoppers: Shopper[] = [];
    for (let number = 1; number <= SHOPPERS_PER_TENANT; number += 1) {
      const name = `${tenant}-shopper-${number}`;
      const setting = { tenant, customer: `C${number}`, cart: `CART-${number}`, skus: SKUS };
      shoppers.push(
        new Shopper(this.#world, client(name, number % 2), setting, generatorFor(seed, `${tenant}${number}`)),
      );
    }
    const shop = { tenant, skus: SKUS, shoppers };
    const name = `${tenant}-operator`;
    const operator = new Operator(this.#world, client(name, 0), shop, generatorFor(seed, name));
    operator.open();
    this.#operators.push(operator);
    for (const shopper of shoppers) shopper.shop();
    this.#shoppers.push(...shoppers);
    for (const gateway of [0, 1]) {
      const watcher = client(`${tenant}-watcher-${gateway}`, gateway);
      for (const sku of SKUS) this.#renewals.push(watcher.watch(`${tenant}/inventory/${sku}`));
      this.#renewals.push(watcher.watch(`${tenant}/cart/CART-${gateway + 1}`));
      const reader = client(`${tenant}-reader-${gateway}`, gateway);
      this.#lookNowAndThen(reader, tenant, generatorFor(seed, reader.name));
    }
  }

  /** Reads products as long as things go wrong: what is asked for must be current wherever one asks. */
  #lookNowAndThen(reader: Client, tenant: string, generator: Generator): void {
    this.#world.agenda.plan(generator.below(LOOK_MAX_MS), () => {
      if (this.#world.faults.over) return;
      reader.read(`${tenant}/inventory/${SKUS[generator.below(SKUS.length)]}`);
      this.#lookNowAndThen(reader, tenant, generator);
    });
  }

  /** Lets simulated time pass. */
  #pass(forMs: number): void {
    const { agenda } = this.#world;
    const endMs = agenda.nowMs + forMs;
    drainMicrotasks();
    while (agenda.step(endMs)) drainMicrotasks();
  }

  /** Lets everything end that was begun. What does not is a violation. */
  #settles(): boolean {
    for (let waitedMs = 0; waitedMs < SETTLE_MAX_MS; waitedMs += SETTLE_STEP_MS) {
      this.#pass(SETTLE_STEP_MS);
      if (this.#cluster.quiet && this.#observations.openCount === 0 && this.#weather.movesUnderWay === 0)
        return true;
    }
    const open = Array.from(
      this.#observations.open,
      ({ address, key, command }) => `${command.type} ${key} of ${address}`,
    );
    const detail =
      open.length > 0
        ? `never answered: ${open.join(", ")}`
        : `lanes do not come to rest; ${this.#weather.movesUnderWay} moves are under way`;
    this.#world.violations.add("everything ends", detail);
    return false;
  }

  /** Every process is replaced, so that what is read afterwards comes from snapshots and journal. */
  #restart(): void {
    for (const host of this.#cluster.hosts) this.#cluster.crash(host);
    this.#pass(SETTLE_STEP_MS * 2);
  }

  /** Every watcher comes back, and every actor is read once more. */
  #look(): void {
    for (const renew of this.#renewals) renew();
    for (const address of this.#world.durable.actors)
      this.#clients.find(({ name }) => name.startsWith(`${address.split("/")[0]}-`))?.read(address);
    this.#pass(SETTLE_STEP_MS * 4);
  }

  #check(): void {
    const { database, snapshots, violations, bank } = this.#world;
    for (const detail of bank.contradictions) violations.add("provider", detail);
    const payments = Array.from(bank.payments, ([name, payment]): ProviderPayment => {
      const [tenant, paymentKey] = name.split("/") as [string, string];
      const refundedMinor = [...payment.refunds.values()].reduce((sum, part) => sum + part, 0);
      return {
        tenant,
        paymentKey,
        isAuthorised: payment.status !== "declined",
        isVoided: payment.status === "released",
        captures: payment.captures,
        capturedMinor: payment.captures * payment.amountMinor,
        refundedMinor,
      };
    });
    const options = { deciders: shopDeciders, shardCount: SHARD_COUNT, payments, snapshots: snapshots.plain };
    let checked = false;
    checkHistory(this.#observations.history(), database.journal, options).then(
      ({ violations: found, report }) => {
        checked = true;
        for (const { code, text, evidence } of found)
          violations.add(code, `${evidence.address ?? `shard ${evidence.shard}`}: ${text}`);
        for (const { name, open, subject } of report.checks)
          if (open > 0) violations.add(name, `${open} ${subject} never ended`);
      },
      (error: unknown) => {
        checked = true;
        violations.add("history", String(error));
      },
    );
    drainMicrotasks();
    if (!checked) violations.add("history", "the checker waits for something real");
  }
}
