import postgres from "postgres";
import { InvariantBroken } from "../../engine/contract/assert.ts";
import { AppendFault } from "../../engine/ports/journal.ts";
import { codeOf, isConnectionFault } from "./connection-fault.ts";

/** Raised by `append_segments` when an epoch of the batch is not the current one. */
const EPOCH_IS_STALE = "SP001";
const UNIQUE_VIOLATION = "23505";

/** Tells what a failed append means for its batch. */
export function appendFaultOf(error: unknown): AppendFault {
  if (error instanceof AppendFault) return error;
  if (error instanceof InvariantBroken)
    return new AppendFault("refused", `the batch cannot be written: ${error.message}`, { cause: error });
  const code = codeOf(error);
  const options = { cause: error };
  if (code === EPOCH_IS_STALE)
    return new AppendFault("fenced", "another owner has claimed a shard of this batch", options);
  if (code === UNIQUE_VIOLATION)
    return new AppendFault("fenced", "a segment of that number is stored already", options);
  if (isConnectionFault(error))
    return new AppendFault("unknown", `the reply of the database was lost (${code})`, options);
  // An ordinary error aborts the statement's transaction; a fatal one may have struck behind the commit.
  if (error instanceof postgres.PostgresError && error.severity === "ERROR")
    return new AppendFault("refused", `the database refused the batch (${code}): ${error.message}`, options);
  return new AppendFault("unknown", `the append ended unexpectedly: ${String(error)}`, options);
}
