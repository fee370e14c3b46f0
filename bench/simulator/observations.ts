import { contentFingerprint } from "../../engine/lane/content-fingerprint.ts";
import type { ViewUpdate } from "../../engine/ports/dispatcher.ts";
import type { ClientOperation } from "./client-operation.ts";
import type { DurablePlace } from "./durable-facts.ts";
import type { World } from "./world.ts";

/** A view that somebody saw. */
export interface SeenView {
  readonly epoch: number;
  readonly offset: number;
  /** As JSON. */
  readonly view: string;
}

const NOTHING: DurablePlace = { epoch: 0, seq: 0 };

/** Everything that clients of a simulation saw, held against the journal at the moment when they saw it. */
export class Observations {
  readonly operations: ClientOperation[] = [];
  /** What was seen of each actor, once per distinct value. */
  readonly views = new Map<string, Map<string, SeenView>>();
  /** The newest view that each watcher was pushed, by `watcher address`. */
  readonly latest = new Map<string, { readonly address: string; readonly seen: SeenView }>();
  readonly #world: World;
  readonly #acknowledged = new Map<string, DurablePlace>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Where the newest acknowledged change of an actor is in its shard: whoever asks from now on must see it. */
  acknowledged(address: string): DurablePlace {
    return this.#acknowledged.get(address) ?? NOTHING;
  }

  ended({ client, address, key, command, answer }: ClientOperation): void {
    if (answer === undefined) return;
    const durable = this.#world.durable.key(address, key);
    const isOfThis = durable?.content === contentFingerprint(command);
    const { violations } = this.#world;
    if (answer.type === "done" && command.type !== "ListProduct" && durable?.outcome === undefined)
      violations.add("told before durable", `${client} was told that ${key} of ${address} is done`);
    if (durable === undefined || !isOfThis) return;
    if (durable.outcome !== undefined && durable.outcome !== JSON.stringify(answer))
      violations.add(
        "one answer per key",
        `${key} of ${address}: told ${JSON.stringify(answer)}, stored ${durable.outcome}`,
      );
    if (isAfter(durable, this.acknowledged(address))) this.#acknowledged.set(address, durable);
  }

  /** A read was answered that had been asked for when `atLeast` was acknowledged. */
  read(client: string, address: string, update: ViewUpdate, atLeast: DurablePlace): void {
    this.#world.note(`${client} reads ${address} ${JSON.stringify(update)}`);
    this.#see(address, update);
    if (isAfter(atLeast, { epoch: update.epoch, seq: update.offset }))
      this.#world.violations.add(
        "reads are current",
        `${client} read ${address} at ${update.epoch}/${update.offset}, after ${atLeast.epoch}/${atLeast.seq} was acknowledged`,
      );
  }

  /** A view was pushed. */
  pushed(watcher: string, address: string, update: ViewUpdate): void {
    this.#world.note(`${watcher} sees ${address} ${JSON.stringify(update)}`);
    const name = `${watcher} ${address}`;
    const before = this.latest.get(name)?.seen;
    const seen = this.#see(address, update);
    if (before !== undefined && isAfter(placeOf(before), placeOf(seen)))
      this.#world.violations.add("views move forward", `${name}: ${seen.epoch}/${seen.offset} came late`);
    this.latest.set(name, { address, seen });
  }

  #see(address: string, { epoch, offset, view }: ViewUpdate): SeenView {
    const seen = { epoch, offset, view: JSON.stringify(view) };
    let views = this.views.get(address);
    if (views === undefined) {
      views = new Map();
      this.views.set(address, views);
    }
    views.set(`${offset} ${seen.view}`, seen);
    return seen;
  }
}

function placeOf({ epoch, offset }: SeenView): DurablePlace {
  return { epoch, seq: offset };
}

function isAfter(left: DurablePlace, right: DurablePlace): boolean {
  return left.seq > right.seq;
}
