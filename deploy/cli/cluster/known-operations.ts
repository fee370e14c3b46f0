import type { Operation } from "../../../engine/ports/operation-store.ts";

// Ten times as many as a node looks at, so that none comes back as new.
const KNOWN_MAX = 1_000;

/** Which revision of each operation has been seen, over all streams that tell of them. */
export class KnownOperations {
  /** By id, those that changed last at the end. */
  readonly #revisions = new Map<string, number>();

  /** Whether an operation has not been seen as it is now; it has been from now on. */
  isNews({ id, revision }: Operation): boolean {
    if (revision <= (this.#revisions.get(id) ?? 0)) return false;
    this.#revisions.delete(id);
    this.#revisions.set(id, revision);
    const [oldest] = this.#revisions.keys();
    if (this.#revisions.size > KNOWN_MAX && oldest !== undefined) this.#revisions.delete(oldest);
    return true;
  }
}
