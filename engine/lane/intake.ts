import type { AnyDecider } from "../contract/decider.ts";
import { refused } from "../contract/outcome.ts";
import { laneOf, type Placement } from "../routing/placement.ts";
import {
  ANSWER,
  COMMAND,
  DELIVERED,
  MESSAGE,
  READ,
  UNWATCH,
  VIEW,
  WATCH,
  type CommandItem,
  type Item,
  type MessageItem,
  type ReadItem,
} from "../transport/items.ts";
import type { Link } from "../transport/link.ts";
import type { LaneLimits } from "./limits.ts";
import type { Mailbox } from "./mailbox.ts";
import type { LaneCounters } from "./statistics.ts";
import type { Watchers } from "./watchers.ts";
import type { Targets } from "./targets.ts";
import type { Target } from "./work.ts";

/** What the intake needs of its lane. */
export interface IntakeDependencies {
  readonly lane: number;
  readonly placement: Placement;
  readonly deciders: ReadonlyMap<string, AnyDecider>;
  readonly targets: Targets;
  readonly mailbox: Mailbox;
  readonly watchers: Watchers;
  readonly limits: LaneLimits;
  readonly counters: LaneCounters;
  readonly delivered: (fromShard: number, toShard: number, number: number) => void;
}

/** Turns what frames bring into work for the mailbox, or refuses it at once when there is no room. */
export class Intake {
  readonly #dependencies: IntakeDependencies;
  #closed = false;

  constructor(dependencies: IntakeDependencies) {
    this.#dependencies = dependencies;
  }

  /** From now on clients' work is refused; what the lane owes to others still comes in. */
  close(): void {
    this.#closed = true;
  }

  take(link: Link, item: Item): void {
    const { watchers, mailbox, delivered } = this.#dependencies;
    switch (item[0]) {
      case COMMAND:
        return this.#command(link, item);
      case READ:
        return this.#read(link, item);
      case WATCH: {
        const watched = this.#reach(item[1], item[2], item[3]);
        if (watched === undefined) return;
        watchers.add(watched, link);
        mailbox.add({ type: "view", to: watched, link, correlation: 0 });
        return;
      }
      case UNWATCH:
        return watchers.remove(`${item[1]}/${item[2]}/${item[3]}`, link);
      case MESSAGE:
        return this.#message(item);
      case DELIVERED:
        return delivered(item[1], item[2], item[3]);
      case ANSWER:
      case VIEW:
        return;
    }
  }

  #command(link: Link, item: CommandItem): void {
    const { mailbox, deciders } = this.#dependencies;
    const [, correlation, tenant, kind, id] = item;
    const to = this.#closed || mailbox.full ? undefined : this.#reach(tenant, kind, id);
    if (to !== undefined) mailbox.add({ type: "command", to, link, item });
    else if (deciders.has(kind)) this.#refuse(link, correlation);
    else link.send([ANSWER, correlation, UNKNOWN_KIND]);
  }

  #read(link: Link, [, correlation, tenant, kind, id]: ReadItem): void {
    const { mailbox } = this.#dependencies;
    const to = this.#closed || mailbox.full ? undefined : this.#reach(tenant, kind, id);
    if (to === undefined) this.#refuse(link, correlation);
    else mailbox.add({ type: "view", to, link, correlation });
  }

  #message([, fromShard, , number, tenant, kind, id, command]: MessageItem): void {
    const { mailbox } = this.#dependencies;
    const to = mailbox.overfull ? undefined : this.#reach(tenant, kind, id);
    // Without room it is as if the message was lost: its sender repeats it.
    if (to !== undefined) mailbox.add({ type: "message", to, fromShard, number, command });
  }

  #refuse(link: Link, correlation: number): void {
    const { counters, limits } = this.#dependencies;
    counters.overloaded += 1;
    link.send([ANSWER, correlation, { type: "overloaded", retryAfterMs: limits.retryAfterMs }]);
  }

  /** The actor that is meant, if this lane can have it. */
  #reach(tenant: string, kind: string, id: string): Target | undefined {
    const { placement, lane, deciders, targets } = this.#dependencies;
    const target = targets.of(tenant, kind, id);
    return laneOf(placement, target.shardNumber) === lane && deciders.has(kind) ? target : undefined;
  }
}

const UNKNOWN_KIND = refused({
  code: "unknown_kind",
  detail: "There are no actors of this kind.",
  field: "kind",
});
