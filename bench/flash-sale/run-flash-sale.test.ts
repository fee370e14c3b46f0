import { expect, test } from "bun:test";
import { memoryJournal } from "../../persistence/memory/journal.ts";
import { runFlashSale, type FlashSaleShop } from "./run-flash-sale.ts";

const PLAN = { runId: "r1", sockets: 1, skus: 3, seconds: 600, warmUpSeconds: 0 };

/** A shop that lists nothing; `asked` is called when it is to. */
function silentShop(asked: () => void): FlashSaleShop {
  const operator = {
    listProduct: () => {
      asked();
      return new Promise(() => undefined);
    },
  } as unknown as FlashSaleShop["operator"];
  return {
    url: "http://127.0.0.1:1",
    tenant: "shop",
    operator,
    journal: memoryJournal(),
    deciders: [],
    processes: { shopPids: [], postgresPid: undefined },
  };
}

test("a sale that is told to end while its products are listed waits for none of them, and names what stays", async () => {
  const interruption = new AbortController();
  const shop = silentShop(() => interruption.abort());
  await expect(runFlashSale(shop, PLAN, { signal: interruption.signal })).rejects.toThrow(
    "ended early; the products that it has listed (bench-r1-…) stay in the catalogue",
  );
});
