import type { AnyDecider } from "../contract/decider.ts";
import { refused } from "../contract/outcome.ts";
import {
  ANSWER,
  COMMAND,
  DELIVERED,
  MESSAGE,
  MOVED,
  READ,
  UNWATCH,
  VIEW,
  WATCH,
  type CommandItem,
  type Item,
  type MessageItem,
  type ReadItem,
  type WatchItem,
} from "../transport/items.ts";
import type { Link } from "../transport/link.ts";
import type { LaneLimits } from "./limits.ts";
import type { KeptWork } from "./kept-work.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Roster } from "./roster.ts";
import type { LaneCounters } from "./lane-counters.ts";
import type { Watchers } from "./watchers.ts";
import type { Targets } from "./targets.ts";
import { turnAway } from "./turn-away.ts";
import type { CommandWork, MessageWork, ViewWork } from "./work.ts";

/** What the intake needs of its lane. */
export interface IntakeDependencies {
  readonly roster: Roster;
  /** For shards that are on their way here. */
  readonly kept: KeptWork;
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

  /** From now on clients' work for the lane's shards is refused; what the lane owes to others still comes in. */
  close(): void {
    this.#closed = true;
  }

  take(link: Link, item: Item): void {
    const { watchers, delivered } = this.#dependencies;
    switch (item[0]) {
      case COMMAND:
        return this.#command(link, item);
      case READ:
        return this.#read(link, item);
      case WATCH:
        return this.#watch(link, item);
      case UNWATCH:
        return watchers.remove(`${item[1]}/${item[2]}/${item[3]}`, link);
      case MESSAGE:
        return this.#message(item);
      case DELIVERED:
        return delivered(item[1], item[2], item[3]);
      case ANSWER:
      case VIEW:
      case MOVED:
        return;
    }
  }

  #command(link: Link, item: CommandItem): void {
    const { mailbox, deciders, targets } = this.#dependencies;
    const [, correlation, tenant, kind, id] = item;
    if (!deciders.has(kind)) link.send([ANSWER, correlation, UNKNOWN_KIND]);
    else if (mailbox.full) this.#refuse(link, correlation);
    else this.#client({ type: "command", to: targets.of(tenant, kind, id), link, item }, correlation);
  }

  #read(link: Link, [, correlation, tenant, kind, id]: ReadItem): void {
    const { mailbox, deciders, targets } = this.#dependencies;
    if (mailbox.full || !deciders.has(kind)) this.#refuse(link, correlation);
    else this.#client({ type: "view", to: targets.of(tenant, kind, id), link, correlation }, correlation);
  }

  /** Puts a client's work where it has to wait, or sends it back: from a lane that has stopped, too, as another may have the shard. */
  #client(work: CommandWork | ViewWork, correlation: number): void {
    const { roster, mailbox, kept } = this.#dependencies;
    const phase = roster.phaseOf(work.to.shardNumber);
    if (phase === "serving" && !this.#closed) mailbox.add(work);
    else if (phase === undefined || phase === "leaving") turnAway([work]);
    else if (this.#closed || kept.full) this.#refuse(work.link, correlation);
    else kept.add(work);
  }

  #watch(link: Link, [, tenant, kind, id]: WatchItem): void {
    const { roster, mailbox, kept, watchers, deciders, targets } = this.#dependencies;
    if (!deciders.has(kind)) return;
    const to = targets.of(tenant, kind, id);
    const work: ViewWork = { type: "view", to, link, correlation: 0 };
    const phase = roster.phaseOf(to.shardNumber);
    const hasRoom = phase === "serving" || (phase === "arriving" && !kept.full);
    if (!hasRoom) return turnAway([work]);
    watchers.add(to, link);
    (phase === "serving" ? mailbox : kept).add(work);
  }

  /** Without room, or without the shard, it is as if the message was lost: its sender repeats it. */
  #message([, fromShard, , number, tenant, kind, id, command]: MessageItem): void {
    const { roster, mailbox, kept, deciders, targets } = this.#dependencies;
    if (!deciders.has(kind)) return;
    const to = targets.of(tenant, kind, id);
    const work: MessageWork = { type: "message", to, fromShard, number, command };
    const phase = roster.phaseOf(to.shardNumber);
    if (phase === "serving" && !mailbox.overfull) mailbox.add(work);
    else if (phase === "arriving" && !kept.full) kept.add(work);
  }

  #refuse(link: Link, correlation: number): void {
    const { counters, limits } = this.#dependencies;
    counters.overloaded += 1;
    link.send([ANSWER, correlation, { type: "overloaded", retryAfterMs: limits.retryAfterMs }]);
  }
}

const UNKNOWN_KIND = refused({
  code: "unknown_kind",
  detail: "There are no actors of this kind.",
  field: "kind",
});
