import { TermOver } from "../../engine/ports/coordinator-lock.ts";
import { codeOf } from "./connection-fault.ts";

/** Raised by `assert_term`. */
const TERM_IS_OVER = "SP101";

/** The outcome of a coordinator's write. @throws {TermOver} when the database says that it has a successor. */
export async function withinTerm<Value>(write: Promise<Value>): Promise<Value> {
  try {
    return await write;
  } catch (error) {
    if (codeOf(error) === TERM_IS_OVER)
      throw new TermOver("another node coordinates the cluster by now", { cause: error });
    throw error;
  }
}
