import { formatAddress, type Address } from "../../../engine/contract/address.ts";
import type { AnyDecider } from "../../../engine/contract/decider.ts";
import type { ActorEntry } from "../../../engine/contract/segment.ts";
import { upcastSnapshot } from "../../../engine/contract/upcast.ts";
import { seqsOf } from "../../../engine/lane/footprint.ts";
import { KnownActors } from "../../../engine/lane/known-actors.ts";
import type { Segment } from "../../../engine/ports/journal.ts";
import type { Checkpoint, StoredSnapshot } from "../../../engine/ports/snapshots.ts";
import type { Check, CheckContext, CheckPass } from "../../verify/check.ts";
import type { FoldedShard } from "../../verify/folded-shard.ts";
import { ShardNumbers } from "../shard-numbers.ts";
import type { StoredShard } from "../stored-shards.ts";

/** Whoever recovers from a checkpoint remembers what the whole journal says. */
export function snapshots(stored: readonly StoredShard[], deciders: readonly AnyDecider[]): Check {
  return {
    name: "snapshots",
    sentence:
      "A checkpoint with the journal after it gives every actor the state that the whole journal gives.",
    subject: "snapshots",
    begin: (context) => new SnapshotPass(context, stored, deciders),
  };
}

/** An actor as a recovery would have it. */
interface Recovered {
  readonly decider: AnyDecider;
  readonly from: number;
  state: unknown;
  ticket: number;
  /** Why it cannot go on from its snapshot. */
  fault?: string;
}

class SnapshotPass implements CheckPass {
  readonly #context: CheckContext;
  readonly #shards: ReadonlyMap<number, StoredShard>;
  readonly #recovered = new Map<string, Recovered>();
  readonly #heads = new Map<number, number>();
  #unknown = new Set<string>();
  /** The segments up to the checkpoint in which something has happened to each actor. */
  #lives = new Map<string, readonly number[]>();
  #known: KnownActors | undefined;
  #tickets = new Map<string, number>();
  #atCheckpoint = new ShardNumbers();

  constructor(context: CheckContext, stored: readonly StoredShard[], deciders: readonly AnyDecider[]) {
    this.#context = context;
    this.#shards = new Map(stored.map((shard) => [shard.checkpoint.shard, shard]));
    const byKind = new Map(deciders.map((decider) => [decider.kind, decider]));
    for (const { checkpoint, snapshots: ofShard } of stored) {
      for (const snapshot of ofShard) this.#restore(checkpoint, snapshot, byKind.get(snapshot.kind));
    }
  }

  segment({ shard, seq, body }: Segment): void {
    const { checkpoint } = this.#shards.get(shard) ?? {};
    if (checkpoint === undefined) return;
    this.#heads.set(shard, seq);
    this.#known ??= new KnownActors(checkpoint.known);
    if (seq <= checkpoint.seq) this.#atCheckpoint.follow(body);
    if (seq === checkpoint.seq) this.#checkMemory(checkpoint);
  }

  entry: NonNullable<CheckPass["entry"]> = (entry, address, { shard, seq, body }) => {
    const { checkpoint } = this.#shards.get(shard) ?? {};
    if (checkpoint === undefined) return;
    const ticket = entry.keys.reduce((highest, record) => Math.max(highest, record.ticket), 0);
    this.#tickets.set(address, Math.max(this.#tickets.get(address) ?? 0, ticket));
    if (seq <= checkpoint.seq && this.#known?.has(address) === false) this.#unknown.add(address);
    if (seq <= checkpoint.seq) this.#lives.set(address, [...(this.#lives.get(address) ?? []), seq]);
    const actor = this.#recovered.get(address);
    if (actor !== undefined && seq > actor.from) foldInto(actor, entry, ticket, body.atMs);
  };

  shardEnd(folded: FoldedShard): void {
    const stored = this.#shards.get(folded.shard);
    const blame = (address: string, detail: string): void =>
      this.#context.findings.violation({ address, shard: folded.shard, detail });
    for (const [address, seqs] of this.#lives) {
      const footprint = this.#known?.footprint(address);
      if (footprint === undefined) continue;
      this.#context.findings.checked();
      if (!Bun.deepEquals(seqsOf(footprint), seqs))
        blame(
          address,
          `its footprint is segments ${seqsOf(footprint).join(", ")}, it should be ${seqs.join(", ")}`,
        );
    }
    for (const address of this.#unknown) blame(address, "the checkpoint does not know of this actor");
    for (const snapshot of stored?.snapshots ?? []) {
      const address = formatAddress(snapshot);
      // Left from before: a lane follows the footprint.
      if (this.#known?.footprint(address) !== undefined) continue;
      const recovered = this.#recovered.get(address);
      const actor = folded.find(address);
      if (recovered === undefined || actor?.broken === true) continue;
      this.#context.findings.checked();
      if (recovered.fault !== undefined) blame(address, `cannot go on from its snapshot: ${recovered.fault}`);
      else if (actor === undefined)
        blame(address, "the snapshot is of an actor that the journal does not have");
      else if (
        !Bun.deepEquals(actor.decider.toSnapshot(actor.state), recovered.decider.toSnapshot(recovered.state))
      )
        blame(address, `the snapshot of segment ${snapshot.seq} with what follows gives another state`);
      else if (recovered.ticket !== this.#tickets.get(address))
        blame(
          address,
          `the snapshot's highest ticket is ${recovered.ticket}, it should be ${this.#tickets.get(address)}`,
        );
    }
    this.#unknown = new Set();
    this.#lives = new Map();
    this.#known = undefined;
    this.#tickets = new Map();
    this.#atCheckpoint = new ShardNumbers();
  }

  end(): void {
    for (const { checkpoint } of this.#shards.values()) {
      const head = this.#heads.get(checkpoint.shard) ?? 0;
      if (checkpoint.seq <= head) continue;
      const detail = `the checkpoint is of segment ${checkpoint.seq}, the journal ends at ${head}`;
      this.#context.findings.violation({ shard: checkpoint.shard, detail });
    }
  }

  #restore(checkpoint: Checkpoint, snapshot: StoredSnapshot, decider: AnyDecider | undefined): void {
    const upcast = decider && upcastSnapshot(snapshot.snapshot, decider);
    if (decider === undefined || upcast === undefined) return;
    const { tenant, kind, id } = snapshot;
    const state = decider.fromSnapshot(structuredClone(upcast.state), {
      tenant,
      kind,
      id,
    } as Address) as unknown;
    const from = Math.max(checkpoint.seq, snapshot.seq);
    this.#recovered.set(formatAddress(snapshot), { decider, from, state, ticket: snapshot.snapshot.ticket });
  }

  #checkMemory({ shard, seq, memory }: Checkpoint): void {
    const detail = this.#atCheckpoint.difference(memory);
    if (detail !== undefined)
      this.#context.findings.violation({ shard, seq, detail: `the checkpoint ${detail}` });
  }
}

function foldInto(actor: Recovered, entry: ActorEntry, ticket: number, atMs: number): void {
  actor.ticket = Math.max(actor.ticket, ticket);
  if (actor.fault !== undefined) return;
  try {
    for (const event of entry.events) actor.state = actor.decider.evolve(actor.state, event, atMs) as unknown;
  } catch (error) {
    actor.fault = error instanceof Error ? error.message : String(error);
  }
}
