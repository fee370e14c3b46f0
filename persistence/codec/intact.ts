import type { Log } from "../../engine/ports/log.ts";
import { DamagedBytes } from "./seal.ts";

/** Decodes what is stored, and leaves out what is damaged: the journal, read from its start, gives the same state. */
export class Intact {
  readonly #log: Log | undefined;
  #damagedCount = 0;

  /** Damage is reported to `log`. */
  constructor(log: Log | undefined) {
    this.#log = log;
  }

  /** What was damaged so far. */
  get damagedCount(): number {
    return this.#damagedCount;
  }

  /** The rows that can be decoded. `nameOf` says which one was damaged. */
  decode<Row, Stored>(
    rows: readonly Row[],
    decode: (row: Row) => Stored,
    nameOf: (row: Row) => DamagedName,
  ): readonly Stored[] {
    const stored: Stored[] = [];
    for (const row of rows)
      try {
        stored.push(decode(row));
      } catch (error) {
        if (!(error instanceof DamagedBytes)) throw error;
        this.#damagedCount += 1;
        this.#log?.error({ err: error, ...nameOf(row) }, "a damaged snapshot was left out");
      }
    return stored;
  }
}

/** What a log says about damage; without an address it is a shard's checkpoint. */
export interface DamagedName {
  readonly shard: number;
  readonly seq: number;
  readonly address?: string;
}
