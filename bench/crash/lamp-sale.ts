import { shopDeciders } from "../../actors/shop.ts";
import { mintOperatorToken } from "../../gateway/auth/operator-token.ts";
import { StampedeClient } from "../../gateway/client/client.ts";
import { socketUrl } from "../../gateway/client/options.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import type { Acknowledgement } from "../promises/acknowledgement.ts";
import { ShopperCrowd } from "../flash-sale/crowd.ts";
import { markJournal, reconcile, type JournalMark, type Reconciliation } from "../promises/reconcile.ts";
import { Tally } from "../flash-sale/tally.ts";
import type { VerifyReport } from "../verify/verify-report.ts";
import { runStampede, type ShopProcess } from "./shop-process.ts";

/** The one product of the sale. */
export const LAMP = "lamp";

/** Units of it: more than anybody buys. */
export const LAMPS = 1_000_000;

const TENANT = "shop";
const SHOPPERS = 30;

/** A crowd that buys as fast as it is answered, and what it was told. */
export interface LampCrowd {
  readonly tally: Tally;
  readonly crowd: ShopperCrowd;
}

/** Lists the product and receives its stock. Returns where the journal stood before. */
export async function stockLamps(shop: ShopProcess, secret: string): Promise<JournalMark> {
  const journal = postgresJournal(shop.databaseUrl);
  const mark = await markJournal(journal);
  await journal.close();
  const token = await mintOperatorToken(secret, { tenant: TENANT, nowMs: Date.now() });
  const operator = await StampedeClient.connect({ url: shop.url, token });
  const terms = { title: "Lamp", description: "", category: "", unitPriceMinor: 1_250, currency: "EUR" };
  const listed = await operator.listProduct({
    sku: LAMP,
    product: { ...terms, taxBasisPoints: 1_900, sale: null },
  });
  const received = await operator.receiveStock({ sku: LAMP, quantity: LAMPS });
  operator.close();
  if (!listed.ok || !received.ok) throw new Error(JSON.stringify([listed, received]));
  return mark;
}

/** Lets a crowd in; `name` tells its keys from those of other crowds. */
export async function openLampCrowd(
  shop: ShopProcess,
  name: string,
  shoppers = SHOPPERS,
): Promise<LampCrowd> {
  const tally = new Tally();
  const crowd = new ShopperCrowd(tally, [LAMP], Number.POSITIVE_INFINITY);
  await crowd.open(new URL(socketUrl(shop.url)), shoppers, `${name}-`, () => undefined);
  crowd.start();
  return { tally, crowd };
}

/** Waits until so many more orders were acknowledged than now. */
export function untilSold({ tally }: LampCrowd, more: number): Promise<void> {
  const before = tally.acknowledged.length;
  return eventually(
    `${more} more orders were acknowledged`,
    () => tally.acknowledged.length >= before + more,
  );
}

/** What the journal says about the orders that shoppers were told of. */
export async function compareWithJournal(
  databaseUrl: string,
  mark: JournalMark,
  acknowledged: readonly Acknowledgement[],
): Promise<Reconciliation> {
  const journal = postgresJournal(databaseUrl);
  try {
    return await reconcile(journal, mark, {
      tenant: TENANT,
      skus: [LAMP],
      acknowledged,
      deciders: shopDeciders,
    });
  } finally {
    await journal.close();
  }
}

/** Proves the promises from the journal of the shop in a data directory. */
export async function verifyShop(
  dataDirectory: string,
): Promise<{ readonly exitCode: number; readonly report: VerifyReport }> {
  const { exitCode, stdout } = await runStampede(["verify", "--data", dataDirectory, "--json"]);
  return { exitCode, report: JSON.parse(stdout) as VerifyReport };
}
