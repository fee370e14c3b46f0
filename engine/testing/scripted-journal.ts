import type { SegmentBody } from "../contract/segment.ts";
import {
  AppendFault,
  OwnershipLost,
  type AppendFaultReason,
  type Claim,
  type Journal,
  type Segment,
} from "../ports/journal.ts";
import type { Clock } from "../ports/clock.ts";

const PAGE_LENGTH = 3;
// What a page counts as for a reader that has other things to do: as much as one may be.
const PAGE_BYTES = 1_000_000;

/** What becomes of the next append. */
interface Script {
  readonly reason: AppendFaultReason;
  readonly stored: boolean;
}

/** A journal in memory whose appends a test can hold back, lose or refuse. Nothing that it returns is shared. */
export class ScriptedJournal implements Journal {
  readonly #clock: Clock;
  readonly #segments = new Map<number, Segment[]>();
  readonly #scripts: Script[] = [];
  readonly #held: (() => void)[] = [];
  #holding = false;
  #heldScript: Script | undefined;
  /** Appends that were asked for. */
  appends = 0;
  /** Times that a shard's journal was read. */
  reads = 0;
  /** Times that segments were asked for by their numbers. */
  picks = 0;
  /** Times that an owner asked whether it still is one. */
  confirmations = 0;
  readonly #heldConfirmations: (() => void)[] = [];
  #holdingConfirmations = false;
  #losingClaimReply = false;
  #goingBack = false;
  /** While set, claims and confirmations fail with it. */
  claimFault: Error | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The next append fails for this reason, stored or not. */
  failNext(reason: AppendFaultReason, stored: boolean): void {
    this.#scripts.push({ reason, stored });
  }

  /** From now on appends wait for {@link release}, and are not stored before. */
  hold(): void {
    this.#holding = true;
  }

  get held(): number {
    return this.#held.length;
  }

  /** Lets the appends go that are held, and those to come. */
  release(): void {
    this.#holding = false;
    for (const resolve of this.#held.splice(0)) resolve();
  }

  /** Lets the append go that is held back, to fail for this reason, stored or not. */
  failHeld(reason: AppendFaultReason, stored: boolean): void {
    this.#heldScript = { reason, stored };
    this.release();
  }

  /** From now on confirmations are decided at once, but their replies wait for {@link releaseConfirmations}. */
  holdConfirmations(): void {
    this.#holdingConfirmations = true;
  }

  get heldConfirmations(): number {
    return this.#heldConfirmations.length;
  }

  releaseConfirmations(): void {
    this.#holdingConfirmations = false;
    for (const resolve of this.#heldConfirmations.splice(0)) resolve();
  }

  /** The next repeated claim is made, and its reply is lost. */
  loseNextClaimReply(): void {
    this.#losingClaimReply = true;
  }

  /** The next repeated claim is made, and gone again: the database goes back to before it. */
  goBackBehindNextClaim(): void {
    this.#goingBack = true;
  }

  /** All segments of a shard. */
  segments(shard: number): readonly Segment[] {
    return structuredClone(this.#segments.get(shard) ?? []);
  }

  /** All segments that are not takeover records, over all shards. */
  commits(): readonly Segment[] {
    return Array.from(this.#segments.keys())
      .flatMap((shard) => this.segments(shard))
      .filter(({ body }) => body.takeover === undefined);
  }

  async claim(...[shards, owner, , known]: Parameters<Journal["claim"]>): Promise<readonly Claim[]> {
    await Promise.resolve();
    if (this.claimFault !== undefined) throw this.claimFault;
    return shards.map((shard) => {
      const knownSeq = known?.get(shard);
      const missing = knownSeq === undefined ? {} : { missing: this.segments(shard).slice(knownSeq) };
      return { ...this.#claim(shard, owner), ...missing };
    });
  }

  async reclaim(shards: readonly number[], owner: string): Promise<readonly Claim[]> {
    await Promise.resolve();
    this.#assertOwned(shards, owner);
    const claims = shards.map((shard) => this.#claim(shard, owner));
    if (this.#goingBack) for (const shard of shards) this.#of(shard).pop();
    this.#goingBack = false;
    if (!this.#losingClaimReply) return claims;
    this.#losingClaimReply = false;
    throw new Error("the reply was lost");
  }

  async confirm(shards: readonly number[], owner: string): Promise<void> {
    this.confirmations += 1;
    await Promise.resolve();
    this.#assertOwned(shards, owner);
    if (this.#holdingConfirmations)
      await new Promise<void>((resolve) => this.#heldConfirmations.push(resolve));
  }

  async owned(shards: readonly number[], owner: string): Promise<readonly number[]> {
    await Promise.resolve();
    if (this.claimFault !== undefined) throw this.claimFault;
    return shards.filter((shard) => this.#ownerOf(shard) === owner);
  }

  async append(segments: readonly Segment[]): Promise<void> {
    this.appends += 1;
    const copies = structuredClone(segments);
    let script = this.#scripts.shift();
    if (this.#holding) {
      await new Promise<void>((resolve) => this.#held.push(resolve));
      script ??= this.#heldScript;
      this.#heldScript = undefined;
    }
    await Promise.resolve();
    if (script === undefined || script.stored) this.#store(copies);
    if (script !== undefined) throw new AppendFault(script.reason, "as the test wants it");
  }

  async *read(
    shard: number,
    afterSeq: number,
    piece?: (bytes: number) => Promise<void>,
  ): AsyncIterable<readonly Segment[]> {
    this.reads += 1;
    const all = this.segments(shard).slice(afterSeq);
    for (let start = 0; start < all.length; start += PAGE_LENGTH) {
      await (piece?.(PAGE_BYTES) ?? Promise.resolve());
      yield all.slice(start, start + PAGE_LENGTH);
    }
  }

  async pick(shard: number, seqs: readonly number[]): Promise<readonly Segment[]> {
    this.picks += 1;
    const all = this.segments(shard);
    await Promise.resolve();
    return seqs.flatMap((seq) => all[seq - 1] ?? []);
  }

  async heads(): Promise<readonly (readonly [shard: number, seq: number])[]> {
    return Array.from(this.#segments, ([shard, segments]) => [shard, segments.length] as const);
  }

  async close(): Promise<void> {}

  #assertOwned(shards: readonly number[], owner: string): void {
    if (this.claimFault !== undefined) throw this.claimFault;
    for (const shard of shards)
      if (this.#ownerOf(shard) !== owner) throw new OwnershipLost("another owner has it");
  }

  #ownerOf(shard: number): string | undefined {
    return this.#of(shard).findLast(({ body }) => body.takeover !== undefined)?.body.takeover?.owner;
  }

  #claim(shard: number, owner: string): Claim {
    const segments = this.#of(shard);
    const epoch = (segments.at(-1)?.epoch ?? 0) + 1;
    const seq = segments.length + 1;
    const body: SegmentBody = { ...EMPTY_BODY, atMs: this.#clock.nowMs(), takeover: { owner } };
    segments.push({ shard, seq, epoch, batchId: `takeover ${shard} ${epoch}`, body });
    return { shard, epoch, seq };
  }

  #store(segments: readonly Segment[]): void {
    for (const { shard, seq, epoch } of segments) {
      const last = this.#of(shard).at(-1);
      if (last?.epoch !== epoch || last.seq + 1 !== seq)
        throw new AppendFault("fenced", "another owner has it");
    }
    for (const segment of segments) this.#of(segment.shard).push(segment);
  }

  #of(shard: number): Segment[] {
    let segments = this.#segments.get(shard);
    if (segments === undefined) {
      segments = [];
      this.#segments.set(shard, segments);
    }
    return segments;
  }
}

const EMPTY_BODY: SegmentBody = {
  atMs: 0,
  actors: [],
  sent: [],
  delivered: [],
  received: [],
  called: [],
  answered: [],
};
