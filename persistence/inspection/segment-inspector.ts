import type { ActorEntry, SegmentBody } from "../../engine/contract/segment.ts";
import type { StoredSegment } from "../codec/archive-block.ts";
import { decodeSegmentBody, segmentIdentity } from "../codec/segment-body.ts";
import { DamagedBytes } from "../codec/seal.ts";
import type { CommitRegister } from "./commit-register.ts";
import type { FindingSubject, JournalFindings } from "./journal-findings.ts";

/** What inspectors of all shards share. */
export interface Inspection {
  readonly findings: JournalFindings;
  readonly commits: CommitRegister;
  /** Versions of the actors that this program knows, by kind. */
  readonly versions: ReadonlyMap<string, number>;
}

/** Looks at the segments of one shard, in order, and goes on behind whatever is wrong. */
export class SegmentInspector {
  readonly #shard: number;
  readonly #inspection: Inspection;
  /** Number of the last segment that was looked at, or given up. */
  lastSeq = 0;
  segments = 0;
  /** Who announced the newest epoch, as far as it can be read. */
  owner: { readonly name: string; readonly epoch: number } | undefined;
  #epoch = 0;
  /** Something before could not be read: it may have been a takeover record. */
  #blind = false;

  constructor(shard: number, inspection: Inspection) {
    this.#shard = shard;
    this.#inspection = inspection;
  }

  /** Looks at the next segment. Returns whether it is a takeover record; undefined when that cannot be read. */
  take(segment: StoredSegment): boolean | undefined {
    this.expect(segment.seq);
    this.segments += 1;
    this.lastSeq = segment.seq;
    const body = this.#open(segment);
    this.#followEpoch(segment, body);
    if (body === undefined) return undefined;
    this.#matchCommit(segment, body);
    for (const entry of body.actors) this.#knowVersion(segment, entry);
    return body.takeover !== undefined;
  }

  /** Reports the segments that are missing before one. */
  expect(seq: number): void {
    const first = this.lastSeq + 1;
    if (seq === first) return;
    this.#blind = true;
    const detail = seq - first === 1 ? "is missing" : `and all up to ${seq - 1} are missing`;
    this.#report("sequence", first, `segment ${first} ${detail}`);
  }

  /** Goes on behind segments that cannot be read. */
  skipTo(lastSeq: number): void {
    this.lastSeq = lastSeq;
    this.#blind = true;
  }

  #open({ seq, batchId, body }: StoredSegment): SegmentBody | undefined {
    const identity = segmentIdentity(this.#shard, batchId);
    try {
      return decodeSegmentBody(body, identity);
    } catch (error) {
      if (!(error instanceof DamagedBytes)) throw error;
      this.#report("segment", seq, error.message);
      return undefined;
    }
  }

  #followEpoch({ seq, epoch }: StoredSegment, body: SegmentBody | undefined): void {
    const last = this.#epoch;
    if (epoch < last) this.#report("epoch", seq, `the epoch falls from ${last} to ${epoch}`);
    else if (epoch > last && body !== undefined && body.takeover === undefined && !this.#blind)
      this.#report("epoch", seq, `the epoch rises from ${last} to ${epoch} without a takeover record`);
    else if (epoch === last && body?.takeover !== undefined)
      this.#report("epoch", seq, `a takeover record leaves the epoch at ${epoch}`);
    this.#epoch = Math.max(last, epoch);
    this.#blind = false;
    if (body?.takeover !== undefined) this.owner = { name: body.takeover.owner, epoch };
  }

  #matchCommit({ seq, batchId }: StoredSegment, body: SegmentBody): void {
    const fit = this.#inspection.commits.take(batchId, this.#shard, body.atMs);
    if (fit === "other time")
      this.#report("commit", seq, `another segment of commit ${batchId} has another time`);
    if (fit === "same shard")
      this.#report("commit", seq, `another segment of commit ${batchId} is in the same shard`);
  }

  #knowVersion({ seq }: StoredSegment, { tenant, kind, id, version }: ActorEntry): void {
    const address = `${tenant}/${kind}/${id}`;
    const detail = unknownVersion(this.#inspection.versions, kind, version);
    if (detail !== undefined)
      this.#inspection.findings.add({ about: "segment", shard: this.#shard, seq, address, detail });
  }

  #report(about: FindingSubject, seq: number, detail: string): void {
    this.#inspection.findings.add({ about, shard: this.#shard, seq, detail });
  }
}

/** Why something of a kind and version cannot be read by this program; undefined when it can. */
export function unknownVersion(
  versions: ReadonlyMap<string, number>,
  kind: string,
  version: number,
): string | undefined {
  const known = versions.get(kind);
  if (known === undefined) return `this program knows no actors of kind ${kind}`;
  if (version <= known) return undefined;
  return `it has version ${version}; this program knows ${kind} up to version ${known}: use the release that wrote it`;
}
