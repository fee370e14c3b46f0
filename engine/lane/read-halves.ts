import type { Parked } from "./postponed-actors.ts";

/** Actors of one shard that could not be read together, and why. */
export interface Unread {
  readonly group: readonly Parked[];
  readonly error: unknown;
}

/**
 * Reads actors of one shard together and, when that fails, their halves, as long as one half can be read. When neither can, the
 * store may be away: it is not asked for each of them. Returns those that could not be read.
 */
export async function readHalves(
  all: readonly Parked[],
  read: (group: readonly Parked[]) => Promise<Unread | undefined>,
): Promise<readonly Unread[]> {
  let unread = await read(all);
  while (unread !== undefined && unread.group.length > 1) {
    const { group } = unread;
    const middle = Math.ceil(group.length / 2);
    const [left, right] = await Promise.all([read(group.slice(0, middle)), read(group.slice(middle))]);
    if (left !== undefined && right !== undefined) return [left, right];
    unread = left ?? right;
  }
  return unread === undefined ? [] : [unread];
}
