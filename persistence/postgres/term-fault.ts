import { StoreOverdue, TermOver } from "../../engine/ports/coordinator-lock.ts";
import { codeOf } from "./connection-fault.ts";

/** Raised by `assert_term`. */
const TERM_IS_OVER = "SP101";
// The server's deadline, and ours.
const OVERDUE_CODES: ReadonlySet<string> = new Set(["57014", "STATEMENT_OVERDUE"]);

/**
 * The outcome of a coordinator's write.
 * @throws {TermOver} when the database says that it has a successor.
 * @throws {StoreOverdue} when the database does not answer in time.
 */
export async function withinTerm<Value>(write: Promise<Value>): Promise<Value> {
  try {
    return await write;
  } catch (error) {
    if (codeOf(error) === TERM_IS_OVER)
      throw new TermOver("another node coordinates the cluster by now", { cause: error });
    if (OVERDUE_CODES.has(codeOf(error)))
      throw new StoreOverdue("the database did not answer a coordinator in time", { cause: error });
    throw error;
  }
}
