import type { Data } from "../../engine/contract/data.ts";
import type { Typed } from "../../engine/contract/decider.ts";
import type { RowChange } from "../../engine/contract/row-change.ts";
import { shapeOf, type Shape } from "../../engine/contract/testing/shape.ts";
import { Generator } from "../../engine/contract/testing/generator.ts";
import { countedPart } from "./counted-part.ts";
import { RandomShopper } from "./random-shopper.ts";
import { rareCommands, rareEvents, rareSnapshots } from "./rare-shapes.ts";
import { randomQueueDay } from "./random-queue-day.ts";
import { TestBank } from "./test-bank.ts";
import type { Commands, DecidedCommand, LoggedEvent } from "./test-shop.ts";
import { TestShop } from "./test-shop.ts";

/** The shapes of all that a kind stores. */
export interface StoredShapes {
  readonly events: Shape;
  /** Commands, clients' and other actors': outboxes keep them. */
  readonly commands: Shape;
  readonly requests: Shape;
  readonly snapshot: Shape;
  /** By command; keys keep them. */
  readonly replies: Shape;
}

/** Commands and requests as outboxes keep them. */
export interface StoredMessages {
  readonly commands: readonly Typed[];
  readonly requests: readonly Typed[];
}

/** One actor's life. */
export interface History {
  readonly id: string;
  readonly events: readonly LoggedEvent[];
  readonly snapshot: Data;
}

const SEEDS = 12;
const STEPS = 1_200;
const STEPS_PER_LOOK = 40;
const KINDS = ["inventory", "cart", "order", "queue"] as const;

/** Random days of a shop, with everything that they would have stored. */
export class StoredDays {
  readonly #shops: TestShop[] = [];
  readonly #snapshots: Readonly<Record<keyof Commands, Data[]>> = {
    inventory: [],
    cart: [],
    order: [],
    queue: [],
  };

  constructor() {
    for (let seed = 1; seed <= SEEDS; seed += 1) this.#live(new Generator(seed));
  }

  shapes(kind: keyof Commands): StoredShapes {
    const replies = this.#decided(kind).filter(({ reply }) => reply !== undefined);
    return {
      events: shapeOf([...this.#events(kind), ...rareEvents(kind)]),
      commands: shapeOf(this.#commands(kind)),
      requests: shapeOf(this.#requests(kind)),
      snapshot: shapeOf([...this.#snapshots[kind], ...rareSnapshots(kind)]),
      replies: shapeOf(replies.map(({ command: { type }, reply }) => ({ type, reply }))),
    };
  }

  /** As few commands and requests as show every place of their shapes. */
  messages(kind: keyof Commands): StoredMessages {
    return { commands: fewest(this.#commands(kind)), requests: fewest(this.#requests(kind)) };
  }

  /** The shapes of the read models' rows, by read model. */
  rows(): Shape {
    const changes = this.#all(({ rowChanges }) => rowChanges);
    return shapeOf(changes.map(({ model, set, add }) => ({ type: model, ...readable(set), ...add })));
  }

  /** As few short histories as show every type of event. */
  histories(kind: keyof Commands): readonly History[] {
    const lives = this.#shops.flatMap((shop) =>
      shop
        .ids(kind)
        .map((id) => countedPart({ id, events: shop.log(kind, id), snapshot: shop.snapshot(kind, id) })),
    );
    lives.sort((left, right) => left.events.length - right.events.length);
    const chosen: History[] = [];
    const seen = new Set<string>();
    for (const life of lives) {
      const fresh = life.events.filter(({ event }) => !seen.has(event.type));
      if (fresh.length === 0) continue;
      for (const { event } of fresh) seen.add(event.type);
      chosen.push(life);
    }
    return chosen;
  }

  #live(generator: Generator): void {
    const shop = new TestShop((count) => generator.below(count));
    const bank = new TestBank(shop, () => generator.pick(["authorised", "authorised", "declined", "lost"]));
    const shopper = new RandomShopper(shop, bank, generator);
    this.#shops.push(shop);
    shopper.open();
    for (let step = 1; step <= STEPS; step += 1) {
      shopper.act();
      if (step % STEPS_PER_LOOK === 0) this.#look(shop);
    }
    bank.settleAll();
    this.#look(shop);
    for (const _day of randomQueueDay(shop, generator)) this.#look(shop);
  }

  #look(shop: TestShop): void {
    for (const kind of KINDS)
      for (const id of shop.ids(kind)) this.#snapshots[kind].push(countedPart(shop.snapshot(kind, id)));
  }

  #all<Found>(of: (shop: TestShop) => readonly Found[]): readonly Found[] {
    return this.#shops.flatMap(of);
  }

  #decided(kind: keyof Commands): readonly DecidedCommand[] {
    return this.#all(({ commands }) => commands.filter(({ address }) => address.kind === kind));
  }

  #commands(kind: keyof Commands): readonly Typed[] {
    return [...this.#decided(kind).map(({ command }) => countedPart(command)), ...rareCommands(kind)];
  }

  #requests(kind: keyof Commands): readonly Typed[] {
    const made = this.#all(({ requests }) => requests.filter(({ caller }) => caller.kind === kind));
    return made.map(({ request }) => request);
  }

  #events(kind: keyof Commands): readonly Typed[] {
    return this.#all((shop) =>
      shop.ids(kind).flatMap((id) => shop.log(kind, id).map(({ event }) => countedPart(event))),
    );
  }
}

/** Those that have a place which none before them has. */
function fewest(values: readonly Typed[]): readonly Typed[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const fresh = Object.keys(shapeOf([value])).filter((place) => !seen.has(place));
    for (const place of fresh) seen.add(place);
    return fresh.length > 0;
  });
}

/** Columns with the text of the lines read: it is data, and stored as such. */
function readable(columns: RowChange["set"]): Readonly<Record<string, unknown>> {
  const { lines, ...others } = columns ?? {};
  return typeof lines === "string" ? { ...others, lines: JSON.parse(lines) as unknown } : others;
}
