import { assert } from "../../../engine/contract/assert.ts";
import type { Data } from "../../../engine/contract/data.ts";
import type { AnyDecider, Decider, Typed } from "../../../engine/contract/decider.ts";
import type { ActorEntry, KeyRecord, SegmentBody } from "../../../engine/contract/segment.ts";
import type { Segment } from "../../../engine/ports/journal.ts";
import type { Check } from "../check.ts";
import { verifyJournal, type ReadableJournal } from "../verify-journal.ts";
import type { CheckReport } from "../verify-report.ts";

/** An event that gives an actor a view outright; for tests of checks, which compare views with the journal. */
export type Shown = { readonly type: "Shown"; readonly view: Data };

/** An event as a test writes it down, with whatever is wrong about it. */
export interface PlantedEvent extends Typed {
  readonly [field: string]: unknown;
}

/** A decider whose view is whatever the last {@link Shown} says, and which breaks at an event `Broken`. */
export function shownDecider(kind: string): AnyDecider {
  const decider: Decider<{ view: Data | undefined }, Typed, Typed> = {
    kind,
    version: 1,
    initial: () => ({ view: undefined }),
    decide: () => ({ events: [] }),
    evolve(state, event) {
      assert(event.type !== "Broken", "this event breaks an invariant");
      return event.type === "Shown" ? { view: (event as Shown).view } : state;
    },
    dueAtMs: () => undefined,
    wakeUp: { type: "WakeUp" },
    view: (state) => state.view,
    toSnapshot: (state) => state.view ?? null,
    fromSnapshot: (snapshot) => ({ view: snapshot === null ? undefined : snapshot }),
    project: () => [],
  };
  return decider;
}

/** A segment of epoch 1 with a body in which nothing happens, but for what is given. */
export function segment(shard: number, seq: number, body: Partial<SegmentBody> = {}, epoch = 1): Segment {
  const empty = { atMs: 1, actors: [], sent: [], delivered: [], received: [], called: [], answered: [] };
  return { shard, seq, epoch, batchId: `batch-${shard}-${seq}`, body: { ...empty, ...body } };
}

/** The entry of an actor `tenant/kind/id`. */
export function entry(
  address: string,
  events: readonly PlantedEvent[],
  keys: readonly KeyRecord[] = [],
): ActorEntry {
  const [tenant = "", kind = "", id = ""] = address.split("/");
  return { tenant, kind, id, version: 1, events, keys };
}

/** A journal with exactly these segments, which no real journal would let anybody write. */
export function recorded(segments: readonly Segment[]): ReadableJournal {
  const byShard = Map.groupBy(segments, ({ shard }) => shard);
  return {
    async heads() {
      return Array.from(byShard, ([shard, ofShard]) => [shard, Math.max(...ofShard.map(({ seq }) => seq))]);
    },
    async *read(shard, afterSeq) {
      yield (byShard.get(shard) ?? []).filter(({ seq }) => seq > afterSeq);
    },
  };
}

/** What one check says about a journal with these segments. */
export async function examine(
  check: Check,
  segments: readonly Segment[],
  shardCount = 1,
): Promise<CheckReport> {
  const deciders = ["inventory", "cart", "order", "queue"].map(shownDecider);
  const report = await verifyJournal(recorded(segments), { deciders, shardCount, checks: [check] });
  const [only] = report.checks;
  assert(only !== undefined, "one check gives one report");
  return only;
}

/** The sentences of the violations that one check finds. */
export async function violationsOf(
  check: Check,
  segments: readonly Segment[],
  shardCount = 1,
): Promise<readonly string[]> {
  return (await examine(check, segments, shardCount)).examples.map(({ detail }) => detail);
}
