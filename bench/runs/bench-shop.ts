import type { AnyDecider } from "../../engine/contract/decider.ts";
import type { StampedeClient } from "../../gateway/client/client.ts";
import type { MeasuredProcesses } from "../machine/cpu-time.ts";
import type { ReadableJournal } from "../verify/verify-journal.ts";

/** The shop that a run measures. */
export interface BenchShop {
  /** `http://host:port` of the shop. */
  readonly url: string;
  readonly tenant: string;
  /** A connection that may list products. */
  readonly operator: StampedeClient;
  /** The shop's journal, to compare with at the end. */
  readonly journal: ReadableJournal;
  /** Bytes that the journal takes in its database, with its indexes. */
  readonly journalBytes: () => Promise<number>;
  readonly deciders: readonly AnyDecider[];
  readonly processes: MeasuredProcesses;
}
