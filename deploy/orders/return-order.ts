import type { Problem, Replies } from "../../gateway/protocol/messages.ts";
import type { Result } from "../../gateway/client/result.ts";
import { checkSameShop, operatorClient } from "../cli/options.ts";
import type { OrdersReturnOptions } from "../cli/orders.ts";
import { openJournalDatabase } from "../cli/journal-database.ts";
import type { ShopDatabase } from "../cli/shop-database.ts";
import { readOrderHistory, type OrderHistory } from "./order-history.ts";
import { addressOf, namedOrder } from "./order-id.ts";
import { forecastReturn, isReturning, returnKey, returnRequest, type ReturnRequest } from "./return-plan.ts";
import { returnText } from "./return-report.ts";

const EXIT = { failed: 1, underWay: 4, conflict: 5, refused: 6 } as const;
const PATIENCE_MS = 60_000;
/** Whoever hears one of these does not know whether the return has begun. */
const OPEN_CODES: ReadonlySet<string> = new Set([
  "outcome_unknown",
  "deadline_expired",
  "unavailable",
  "overloaded",
  "connection_closed",
  "internal",
  "internal_fault",
]);

/** Takes an order back, prints what came of it, and sets the exit code. */
export async function returnShopOrder(order: string, options: OrdersReturnOptions): Promise<void> {
  const named = namedOrder(order);
  const shop = await openJournalDatabase(options.data);
  try {
    const address = await addressOf(shop, named);
    const history = await readOrderHistory(shop, address);
    const request = returnRequest(history, options.line ?? [], options.reason);
    const key = options.key ?? returnKey(history, request);
    const repeated = history.keys.some((record) => record.key === key);
    const { currency } = history.view;
    const lines = request.lines.map((line) => ({ ...line, sku: skuOf(history, line.line) }));
    const tell = (refundedMinor: number): void => {
      const report = {
        order: address.id,
        lines,
        refundedMinor,
        currency,
        key,
        repeated,
        dryRun: options.dryRun === true,
      };
      process.stdout.write(`${options.json === true ? JSON.stringify(report) : returnText(report)}\n`);
    };
    // The same command may have begun it, and not heard the end.
    if (lines.length === 0 && isReturning(history) && options.dryRun !== true) return tellUnderWay();
    if (lines.length === 0) return tell(0);
    const forecast = forecastReturn(history, request);
    // What was done before may not be possible once more: the shop has its answer.
    if (forecast.type === "refused" && !repeated) return refuse(forecast.refusal);
    if (options.dryRun === true)
      return tell(repeated || forecast.type === "refused" ? 0 : forecast.refundMinor);
    const result = await send(shop, options, request, key);
    if (result.ok) return tell(result.value.refundedMinor);
    if (!OPEN_CODES.has(result.problem.code)) return refuse(result.problem);
    tellOpen(await readOrderHistory(shop, address), key, result.problem);
  } finally {
    await shop.close();
  }
}

function skuOf({ view }: OrderHistory, number: number): string {
  return view.lines.find(({ line }) => line === number)?.sku ?? "";
}

async function send(
  shop: ShopDatabase,
  options: OrdersReturnOptions,
  request: ReturnRequest,
  key: string,
): Promise<Result<Replies["order.return"]>> {
  const client = await operatorClient(options, { patienceMs: PATIENCE_MS });
  try {
    checkSameShop(options, client.session.shop, shop.shopId);
    return await client.returnLines(request, { key, deadlineMs: PATIENCE_MS });
  } finally {
    client.close();
  }
}

function refuse({ code, detail }: Pick<Problem, "code" | "detail">): void {
  process.stderr.write(`refused: ${detail} (${code})\n`);
  process.exitCode = code === "key_reused" ? EXIT.conflict : EXIT.refused;
}

/** No answer has come: the journal says whether the return has begun. */
function tellOpen({ keys }: OrderHistory, key: string, { detail, code }: Problem): void {
  const isBegun = keys.some((record) => record.key === key);
  if (isBegun) return tellUnderWay();
  process.stderr.write(
    `the return has not begun: ${detail} (${code}); the same command may be given again\n`,
  );
  process.exitCode = EXIT.failed;
}

function tellUnderWay(): void {
  process.stderr.write(
    "the return has begun, but its units or its money are not back yet: see `orders show`, or give the same command again\n",
  );
  process.exitCode = EXIT.underWay;
}
