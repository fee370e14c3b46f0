import { MOVED, type Item } from "../transport/items.ts";
import { LaneRig, type RigOptions } from "./lane-rig.ts";

/** Two lanes: the even shards are in the first one, the odd ones in the second. */
export async function twoLanes(options: RigOptions = {}): Promise<LaneRig> {
  return new LaneRig({ laneCount: 2, ...options }).open();
}

/** Lets everything happen that needs no time. Returns what tells whether a task has ended well by then. */
export async function begin(rig: LaneRig, task: Promise<unknown>): Promise<() => boolean> {
  let isOver = false;
  task.then(
    () => {
      isOver = true;
    },
    () => undefined,
  );
  await rig.clock.settle();
  return () => isOver;
}

/** Moves shards from one lane to another as a coordinator does, the orderly way. */
export async function move(rig: LaneRig, shards: readonly number[], from: number, to: number): Promise<void> {
  await begin(rig, rig.lane(from).letGo(shards));
  rig.route(shards, to);
  await begin(rig, rig.lane(to).adopt(shards));
  for (const lane of [0, 1]) rig.lane(lane).rerouted(shards);
  await rig.clock.settle();
}

/** What lanes have sent back. */
export function moved(rig: LaneRig): readonly Item[] {
  return rig.client.items.filter((item) => item[0] === MOVED);
}

/** Types of the events that the journal has of a shard, in order. */
export function eventTypes(rig: LaneRig, shard: number): readonly string[] {
  return rig.journal
    .segments(shard)
    .flatMap(({ body }) => body.actors.flatMap((entry) => entry.events.map(({ type }) => type)));
}
