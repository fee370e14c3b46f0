import { MOVED } from "../transport/items.ts";
import type { Work } from "./work.ts";

/**
 * Tells those who sent commands, reads and watches that the lane does not have their shards: nothing of them was begun.
 * All else is dropped, since its sender repeats it, or whoever has the shard does.
 */
export function turnAway(works: Iterable<Work>): void {
  for (const work of works) {
    if (work.type === "command") work.link.send([MOVED, work.item[1], work.to.shardNumber]);
    else if (work.type === "view") work.link.send([MOVED, work.correlation, work.to.shardNumber]);
  }
}
