import { UnknownVersion, upcastBody, type Deciders } from "../contract/upcast.ts";
import type { Claim, Journal, Segment } from "../ports/journal.ts";

/**
 * A journal whose segments read as if this release had written them, whichever version of a kind wrote what is in them.
 * Who reads through it sees current shapes only: lanes, projections, tools.
 */
export class UpcastingJournal implements Journal {
  readonly #journal: Journal;
  readonly #deciders: Deciders;

  constructor(journal: Journal, deciders: Deciders) {
    this.#journal = journal;
    this.#deciders = deciders;
  }

  /**
   * As {@link Journal.claim}. What a newer release has written is left out: it shows when it is read.
   */
  async claim(...given: Parameters<Journal["claim"]>): Promise<readonly Claim[]> {
    const claims = await this.#journal.claim(...given);
    return claims.map((claim) => (claim.missing === undefined ? claim : this.#currentClaim(claim)));
  }

  reclaim(...given: Parameters<Journal["reclaim"]>): Promise<readonly Claim[]> {
    return this.#journal.reclaim(...given);
  }

  confirm(...given: Parameters<Journal["confirm"]>): Promise<void> {
    return this.#journal.confirm(...given);
  }

  owned(...given: Parameters<Journal["owned"]>): Promise<readonly number[]> {
    return this.#journal.owned(...given);
  }

  append(...given: Parameters<Journal["append"]>): Promise<void> {
    return this.#journal.append(...given);
  }

  /**
   * As {@link Journal.read}.
   * @throws {UnknownVersion} when a newer release has written a segment.
   */
  async *read(...given: Parameters<Journal["read"]>): AsyncGenerator<readonly Segment[]> {
    for await (const page of this.#journal.read(...given))
      yield page.map((segment) => this.#current(segment));
  }

  /**
   * As {@link Journal.pick}.
   * @throws {UnknownVersion} when a newer release has written one.
   */
  async pick(...given: Parameters<Journal["pick"]>): Promise<readonly Segment[]> {
    const segments = await this.#journal.pick(...given);
    return segments.map((segment) => this.#current(segment));
  }

  heads(): ReturnType<Journal["heads"]> {
    return this.#journal.heads();
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  #currentClaim({ missing = [], ...claim }: Claim): Claim {
    try {
      return { ...claim, missing: missing.map((segment) => this.#current(segment)) };
    } catch (error) {
      if (error instanceof UnknownVersion) return claim;
      throw error;
    }
  }

  #current(segment: Segment): Segment {
    const body = upcastBody(segment.body, this.#deciders);
    return body === segment.body ? segment : { ...segment, body };
  }
}
