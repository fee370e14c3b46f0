import type { ActorEntry } from "../../engine/contract/segment.ts";
import type { Segment } from "../../engine/ports/journal.ts";
import type { Facts } from "./facts.ts";
import type { Findings } from "./findings.ts";
import type { FoldedShard } from "./folded-shard.ts";

/** What every check leans on while it reads the journal. */
export interface Evidence {
  /** Complete for a shard once that shard has ended, and for all of them in {@link CheckPass.end}. */
  readonly facts: Facts;
  readonly findings: Findings;
}

/** The same, and how the shop is set up. */
export interface CheckContext extends Evidence {
  /** Number of shards that the database was made with. */
  readonly shardCount: number;
  /** Settled keys that an actor remembers. */
  readonly keysPerActorMax: number;
}

/**
 * One reading of the journal by one check: shard by shard, each in order of its segments. What a check keeps
 * beyond {@link CheckPass.shardEnd} has to stay small, since journals are larger than memory.
 */
export interface CheckPass {
  segment?(segment: Segment): void;
  /** Called for each entry of the segment, after {@link CheckPass.segment}; `address` is `tenant/kind/id`. */
  entry?(entry: ActorEntry, address: string, segment: Segment): void;
  shardEnd?(shard: FoldedShard): void;
  end?(): void;
  /** Why less was checked than one might expect; asked after {@link CheckPass.end}. */
  note?(): string | undefined;
}

/** One promise of the shop that the journal alone can prove or refute. `Context` is what it has to be given. */
export interface Check<Context extends Evidence = CheckContext> {
  readonly name: string;
  /** What holds when no violation is found. */
  readonly sentence: string;
  /** What `checked` counts, in the plural. */
  readonly subject: string;
  begin(context: Context): CheckPass;
}
