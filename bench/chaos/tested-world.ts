import type { HistoryReader } from "../history/history-file.ts";
import type { ChaosPostgres } from "./chaos-postgres.ts";
import type { Load } from "./load/load.ts";

/** What is broken, and checked after each time: a shop of one node or of many, with its database and its crowd. */
export interface TestedWorld {
  readonly postgres: ChaosPostgres;
  readonly load: Load;
  readonly history: HistoryReader;
  /** Where its processes log, by their names. */
  readonly logs: ReadonlyMap<string, string>;
  /** Brings everything where it has to be before the next cycle. */
  readonly prepare?: () => Promise<void>;
  /** Ends every process, and removes every file. */
  close(): Promise<void>;
}
