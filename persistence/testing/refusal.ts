import { AppendFault } from "../../engine/ports/journal.ts";
import type { AppendFaultReason } from "../../engine/ports/journal.ts";

/** `stored`, or why an append was refused. */
export async function refusal(append: Promise<void>): Promise<AppendFaultReason | "stored"> {
  try {
    await append;
    return "stored";
  } catch (error) {
    if (error instanceof AppendFault) return error.reason;
    throw error;
  }
}
