import { moneyText } from "../cli/field-layout.ts";
import { counted } from "./counted.ts";
import type { ReturnedLine } from "./return-plan.ts";

/** What a return came to, or would come to. */
export interface ReturnReport {
  readonly order: string;
  /** None, when nothing of the order was left. */
  readonly lines: readonly ReturnedLine[];
  readonly refundedMinor: number;
  readonly currency: string;
  readonly key: string;
  /** It was made before: this command changes nothing. */
  readonly repeated: boolean;
  readonly dryRun: boolean;
}

/** The report for people. */
export function returnText({
  order,
  lines,
  refundedMinor,
  currency,
  key,
  repeated,
  dryRun,
}: ReturnReport): string {
  if (lines.length === 0) return `nothing of order ${order} is left to be returned`;
  const units = lines
    .map(({ line, sku, quantity }) => `${counted(quantity, "unit")} of line ${line} (${sku})`)
    .join(", ");
  const [returned, refunded] = dryRun ? ["would return", "would refund"] : ["returned", "refunded"];
  const texts = [`${returned} ${units}`, `${refunded} ${moneyText(refundedMinor, currency)}`];
  if (repeated)
    texts.push(
      "that was done before, and has no further effect: to take as much back once more, give another --key",
    );
  return [...texts, `key ${key}`].join("\n");
}
