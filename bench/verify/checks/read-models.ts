import type { Address } from "../../../engine/contract/address.ts";
import type { AnyDecider } from "../../../engine/contract/decider.ts";
import type { RowChange, Scalar } from "../../../engine/contract/row-change.ts";
import type { ActorEntry } from "../../../engine/contract/segment.ts";
import type { Segment } from "../../../engine/ports/journal.ts";
import type { Check, CheckContext, CheckPass } from "../check.ts";
import { rowKey, type ReadModelRow, type ReadModelSnapshot } from "../read-model-snapshot.ts";

/** Columns whose values only live in the journal: see `readModelSnapshot`. */
const UNREAD_COLUMNS = new Set(["lines"]);

/**
 * The check that the read models, as far as they have followed the journal, hold exactly what it says. `snapshot` is
 * taken before the journal is read, so that no position is beyond its heads.
 */
export function readModels(snapshot: ReadModelSnapshot, deciders: readonly AnyDecider[]): Check {
  return {
    name: "read models",
    sentence: "Every row of the read models is what the journal gives, up to where they have followed it.",
    subject: "rows",
    begin: (context) => new ReadModelPass(context, snapshot, deciders),
  };
}

class ReadModelPass implements CheckPass {
  readonly #context: CheckContext;
  readonly #snapshot: ReadModelSnapshot;
  readonly #deciders: ReadonlyMap<string, AnyDecider>;
  /** Rows of the shard that is being read: a row belongs to one actor, so its shard has all of it. */
  #expected = new Map<string, Record<string, Scalar>>();
  readonly #unseen: Map<string, string>;
  #behind = 0;

  constructor(context: CheckContext, snapshot: ReadModelSnapshot, deciders: readonly AnyDecider[]) {
    this.#context = context;
    this.#snapshot = snapshot;
    this.#unseen = new Map(snapshot.rows);
    this.#deciders = new Map(deciders.map((decider) => [decider.kind, decider]));
  }

  segment(segment: Segment): void {
    if (!this.#isProjected(segment)) this.#behind += 1;
  }

  entry(entry: ActorEntry, _address: string, segment: Segment): void {
    const decider = this.#deciders.get(entry.kind);
    if (decider === undefined || !this.#isProjected(segment)) return;
    const address = { tenant: entry.tenant, kind: entry.kind, id: entry.id } as Address;
    for (const event of entry.events) {
      for (const change of decider.project(event, address, segment.body.atMs)) this.#apply(change);
    }
  }

  shardEnd(): void {
    const { findings } = this.#context;
    for (const [key, expected] of this.#expected) {
      findings.checked();
      const row = this.#unseen.get(key);
      this.#unseen.delete(key);
      if (row === undefined) findings.violation({ detail: `${key} is missing` });
      else for (const detail of differences(key, expected, row)) findings.violation({ detail });
    }
    this.#expected = new Map();
  }

  end(): void {
    for (const key of this.#unseen.keys()) {
      this.#context.findings.violation({ detail: `${key} is not in the journal` });
    }
  }

  note(): string | undefined {
    if (this.#behind === 0) return undefined;
    return `the read models are ${this.#behind.toLocaleString("en-US")} segments behind; what they have is compared`;
  }

  #isProjected({ shard, seq }: Segment): boolean {
    return seq <= (this.#snapshot.positions.get(shard) ?? 0);
  }

  #apply({ model, tenant, id, set, add }: RowChange): void {
    const key = rowKey(model, tenant, id);
    const row = this.#expected.get(key) ?? {};
    this.#expected.set(key, row);
    for (const [column, value] of Object.entries(set ?? {})) {
      if (!UNREAD_COLUMNS.has(column)) row[column] = value;
    }
    for (const [column, value] of Object.entries(add ?? {})) row[column] = Number(row[column] ?? 0) + value;
  }
}

function differences(key: string, expected: ReadModelRow, json: string): readonly string[] {
  const row = JSON.parse(json) as ReadModelRow;
  const columns = new Set([...Object.keys(expected), ...Object.keys(row)]);
  return [...columns]
    .filter((column) => !isSame(expected[column], row[column]))
    .map(
      (column) => `${key}: ${column} is ${row[column]}, the journal gives ${expected[column] ?? "nothing"}`,
    );
}

/** A counter that nothing has changed yet is 0 in the row and missing in the journal; any other column is null. */
function isSame(expected: Scalar | undefined, actual: Scalar | undefined): boolean {
  const value = expected ?? null;
  return value === (actual ?? null) || (value === null && actual === 0);
}
