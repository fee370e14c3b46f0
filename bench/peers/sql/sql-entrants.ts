import { PeerEntrant } from "../peer-entrant.ts";
import type { PeerDatabase } from "./peer-database.ts";
import { RowInStatement } from "./row-in-statement.ts";
import { RowInTransaction } from "./row-in-transaction.ts";
import { UnitRows } from "./unit-rows.ts";

const KINDS = [
  { name: "sql-transaction", kind: RowInTransaction },
  { name: "sql-statement", kind: RowInStatement },
  { name: "sql-skip-locked", kind: UnitRows },
] as const;

// Every unit may be a row: more of them would take long to make, fewer might be sold out.
const PLENTY_PER_SECOND = 30_000;

/** What all ways to sell with plain SQL have in common. */
export interface SqlPart {
  readonly database: PeerDatabase;
  readonly serverPid: number | undefined;
  readonly connectionChoices: readonly number[];
}

/** All ways to sell with plain SQL, in a database that its caller drops. */
export function sqlEntrants({ database, serverPid, connectionChoices }: SqlPart): readonly PeerEntrant[] {
  return KINDS.map(
    ({ name, kind: Kind }) =>
      new PeerEntrant({
        name,
        isDurable: true,
        connectionChoices,
        open: (connections) => new Kind(database.connect(connections)),
        serverPid,
        plentyPerSecond: PLENTY_PER_SECOND,
        close: () => Promise.resolve(),
      }),
  );
}
