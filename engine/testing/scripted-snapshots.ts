import { formatAddress } from "../contract/address.ts";
import type {
  ActorAddress,
  Checkpoint,
  SnapshotStore,
  StoredSnapshot,
  StoredTimers,
  TimersWanted,
} from "../ports/snapshots.ts";

// What a checkpoint counts as for a reader that has other things to do: as much as one may be.
const CHECKPOINT_BYTES = 1_000_000;

/** A snapshot store in memory whose loads and saves a test can hold back or fail. Nothing that it returns is shared. */
export class ScriptedSnapshots implements SnapshotStore {
  readonly #checkpoints = new Map<number, Checkpoint>();
  readonly #snapshots = new Map<number, Map<string, StoredSnapshot>>();
  readonly #held: (() => void)[] = [];
  #holding = false;
  saves = 0;
  loads = 0;
  timerReads = 0;
  /** While set, loads or saves fail with it. */
  loadFault: Error | undefined;
  saveFault: Error | undefined;

  /** From now on loads and saves wait for {@link release}. */
  hold(): void {
    this.#holding = true;
  }

  /** From now on loads and saves pass; those that are held stay so until {@link release}. */
  pass(): void {
    this.#holding = false;
  }

  release(): void {
    this.#holding = false;
    for (const resolve of this.#held.splice(0)) resolve();
  }

  /** Loses one actor's snapshot, as damage would. */
  lose(shard: number, addressText: string): void {
    this.#snapshots.get(shard)?.delete(addressText);
  }

  /** Changes one actor's snapshot as an older or newer program would have written it. */
  change(shard: number, addressText: string, change: (stored: StoredSnapshot) => StoredSnapshot): void {
    const stored = this.#snapshots.get(shard)?.get(addressText);
    if (stored !== undefined) this.#snapshots.get(shard)?.set(addressText, change(stored));
  }

  snapshot(shard: number, addressText: string): StoredSnapshot | undefined {
    return structuredClone(this.#snapshots.get(shard)?.get(addressText));
  }

  checkpoint(shard: number): Checkpoint | undefined {
    return structuredClone(this.#checkpoints.get(shard));
  }

  async save(checkpoint: Checkpoint, snapshots: readonly StoredSnapshot[]): Promise<void> {
    const copies = structuredClone({ checkpoint, snapshots });
    await this.#turn();
    if (this.saveFault !== undefined) throw this.saveFault;
    this.saves += 1;
    const { shard, seq } = copies.checkpoint;
    if ((this.#checkpoints.get(shard)?.seq ?? 0) > seq) return;
    this.#checkpoints.set(shard, { ...copies.checkpoint, known: this.#allKnown(copies.checkpoint) });
    const stored = this.#snapshots.get(shard) ?? new Map<string, StoredSnapshot>();
    this.#snapshots.set(shard, stored);
    for (const snapshot of copies.snapshots) stored.set(formatAddress(snapshot), snapshot);
  }

  async checkpoints(
    shards: readonly number[],
    piece?: (bytes: number) => Promise<void>,
  ): Promise<readonly Checkpoint[]> {
    const checkpoints = structuredClone(shards.flatMap((shard) => this.#checkpoints.get(shard) ?? []));
    for (const _ of checkpoints) await piece?.(CHECKPOINT_BYTES);
    return checkpoints;
  }

  async load(shard: number, addresses: readonly ActorAddress[]): Promise<readonly StoredSnapshot[]> {
    this.loads += 1;
    await this.#turn();
    if (this.loadFault !== undefined) throw this.loadFault;
    const stored = this.#snapshots.get(shard);
    return structuredClone(addresses.flatMap((address) => stored?.get(formatAddress(address)) ?? []));
  }

  async timers(wanted: readonly TimersWanted[], countMax: number): Promise<readonly StoredTimers[]> {
    this.timerReads += 1;
    // As of now: what is saved while the answer is on its way is not in it.
    const found = wanted.map(({ shard, afterMs }) => {
      const all = Array.from(this.#snapshots.get(shard)?.values() ?? []).flatMap((stored) => {
        const { tenant, kind, id, dueAtMs } = stored;
        return dueAtMs === undefined || dueAtMs <= afterMs ? [] : { tenant, kind, id, dueAtMs };
      });
      all.sort((left, right) => left.dueAtMs - right.dueAtMs);
      const untilMs = all[countMax - 1]?.dueAtMs ?? Number.POSITIVE_INFINITY;
      return { shard, timers: all.filter(({ dueAtMs }) => dueAtMs <= untilMs), untilMs };
    });
    await this.#turn();
    if (this.loadFault !== undefined) throw this.loadFault;
    return found;
  }

  async discard(shard: number, seq: number): Promise<boolean> {
    if (this.#checkpoints.get(shard)?.seq !== seq) return false;
    this.clear([shard]);
    return true;
  }

  /** Loses all that is stored of these shards. */
  clear(shards: readonly number[]): void {
    for (const shard of shards) {
      this.#checkpoints.delete(shard);
      this.#snapshots.delete(shard);
    }
  }

  damagedCount(): number {
    return 0;
  }

  async close(): Promise<void> {}

  /** What is saved are the changed pages only. */
  #allKnown({ shard, known }: Checkpoint): Checkpoint["known"] {
    const pages = [...(this.#checkpoints.get(shard)?.known.pages ?? [])];
    for (const page of known.pages) pages[page.number] = page;
    return { count: known.count, pages };
  }

  async #turn(): Promise<void> {
    if (this.#holding) await new Promise<void>((resolve) => this.#held.push(resolve));
    await Promise.resolve();
  }
}
