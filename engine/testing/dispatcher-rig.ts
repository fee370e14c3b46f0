import { parseAddress, type Address } from "../contract/address.ts";
import type { Answer, ViewUpdate } from "../ports/dispatcher.ts";
import type { Placement } from "../ports/placement-store.ts";
import { LinkDispatcher } from "../routing/link-dispatcher.ts";
import { shardOf } from "../routing/shard-hash.ts";
import { defaultRouterLimits } from "../routing/shard-route.ts";
import type { Item } from "../transport/items.ts";
import { CollectingLink } from "./collecting-link.ts";
import { evenPlacement } from "./even-placement.ts";
import { ManualClock } from "./manual-clock.ts";

const LIMITS = { ...defaultRouterLimits, outstandingMax: 3, answerGraceMs: 1_000, readTimeoutMs: 5_000 };
const SHARD_COUNT = 256;

/** 256 shards spread over two lanes. */
export const PLACEMENT: Placement = evenPlacement(SHARD_COUNT, 2);
export const SHARD_OF_A: number = shardOf(address("A"), SHARD_COUNT);

/** The address of an actor for tests. */
export function address(id: string): Address {
  const parsed = parseAddress(`shop/tally/${id}`);
  if (parsed === undefined) throw new Error(`${id} is malformed`);
  return parsed;
}

/** A dispatcher over two lanes that keep what they are sent. */
export class DispatcherRig {
  readonly clock = new ManualClock();
  /** How often the placement was doubted. */
  doubts = 0;
  readonly links = [new CollectingLink(), new CollectingLink()];
  readonly dispatcher = new LinkDispatcher(
    PLACEMENT,
    ({ lane }) => this.links[lane] as CollectingLink,
    this.clock,
    LIMITS,
    () => (this.doubts += 1),
  );

  /** All that the lanes were sent. */
  sent(): readonly Item[] {
    return this.links.flatMap((link) => link.items);
  }

  /** Sends a command; the answers come into the list. */
  dispatch(id: string): readonly Answer[] {
    const answers: Answer[] = [];
    const deadlineAtMs = this.clock.nowMs() + 3_000;
    const submission = { address: address(id), command: { type: "Add" }, key: "k", deadlineAtMs };
    this.dispatcher.dispatch(submission, (answer) => answers.push(answer));
    return answers;
  }

  watch(id: string) {
    const updates: ViewUpdate[] = [];
    const unwatch = this.dispatcher.watch(address(id), (update) => updates.push(update));
    return { updates, unwatch };
  }
}
