import type { AnyDecider } from "../contract/decider.ts";
import type { ActorSnapshot } from "../contract/segment.ts";
import { upcastSnapshot } from "../contract/upcast.ts";
import type { StoredSnapshot } from "../ports/snapshots.ts";

/** How an actor's snapshot compares with what the journal gives. */
export type SnapshotFit =
  | { readonly type: "none" }
  | { readonly type: "agrees"; readonly seq: number }
  | { readonly type: "differs"; readonly seq: number; readonly parts: readonly string[] }
  /** Written by a newer version of the actor: a lane would not use it. */
  | { readonly type: "newer version"; readonly seq: number; readonly version: number }
  /** The journal, as far as it can be folded, does not reach as far as the snapshot. */
  | { readonly type: "ahead"; readonly seq: number };

/** Compares a snapshot, as a lane would restore it, with the actor as folded up to the snapshot's segment. */
export function fitOf(
  { seq, snapshot }: StoredSnapshot,
  folded: ActorSnapshot,
  decider: AnyDecider,
): SnapshotFit {
  const restored = upcastSnapshot(snapshot, decider);
  if (restored === undefined) return { type: "newer version", seq, version: snapshot.version };
  const parts = (["state", "ticket", "keys"] as const).filter(
    (part) => !Bun.deepEquals(restored[part], folded[part]),
  );
  return parts.length === 0 ? { type: "agrees", seq } : { type: "differs", seq, parts };
}
