/** What a finding is about. */
export type FindingSubject =
  "segment" | "sequence" | "epoch" | "commit" | "block" | "owner" | "checkpoint" | "snapshot";

/** Something that is stored and not as it was written. */
export interface JournalFinding {
  readonly about: FindingSubject;
  readonly shard: number;
  /** Number of the segment within its shard. */
  readonly seq?: number;
  /** `tenant/kind/id`, where one actor is concerned. */
  readonly address?: string;
  /** One sentence. */
  readonly detail: string;
}

/** Findings kept in full; the others are only counted. */
export const FINDINGS_KEPT_MAX = 200;

/** Collects findings: the first ones in full, all of them by number. */
export class JournalFindings {
  readonly #kept: JournalFinding[] = [];
  #count = 0;

  add(finding: JournalFinding): void {
    this.#count += 1;
    if (this.#kept.length < FINDINGS_KEPT_MAX) this.#kept.push(finding);
  }

  get count(): number {
    return this.#count;
  }

  get kept(): readonly JournalFinding[] {
    return this.#kept;
  }
}
