import { existsSync } from "node:fs";
import { expect, test } from "bun:test";
import { readRetailFile } from "./retail-file.ts";
import { planRetail } from "./retail-plan.ts";

// The file is not part of the project: its licence asks for its name, and it is large. It is looked for beside the checkout.
const NAME = "online-retail-2010-12_2011-09.csv.gz";
const FILE =
  process.env["STAMPEDE_RETAIL_FILE"] ?? new URL(`../../../shared/data/${NAME}`, import.meta.url).pathname;
const isThere = existsSync(FILE);

test.skipIf(!isThere)(
  `every row of the real file is played or explained${isThere ? "" : `: set STAMPEDE_RETAIL_FILE to the path of ${NAME}`}`,
  async () => {
    const plan = await planRetail(readRetailFile(FILE));
    const { rowsIn, rowsPlayed, rowsExplained, explained } = plan;
    expect({ rowsIn, rowsPlayed, rowsExplained, explained }).toEqual({
      rowsIn: 370_931,
      rowsPlayed: 365_468,
      rowsExplained: 5_463,
      explained: {
        not_a_product: 2_206,
        return_without_sale: 1_305,
        stock_correction: 1_023,
        no_price: 926,
        sub_penny_price: 3,
      },
    });
    expect([plan.customers.length, plan.products.length]).toEqual([4_733, 3_641]);
    const customers = [...plan.ledger.customers.values()];
    expect(customers.reduce((sum, { orderedMinor }) => sum + orderedMinor, 0)).toBe(709_163_025);
    expect(customers.reduce((sum, { refundedMinor }) => sum + refundedMinor, 0)).toBe(20_719_774);
  },
  60_000,
);
