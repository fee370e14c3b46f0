import { InvalidArgumentError, Option, type Command } from "commander";
import { parseActorId } from "../../engine/contract/address.ts";
import {
  CATEGORY_LENGTH_MAX,
  isPlainText,
  KEY_LENGTH_MAX,
  KEY_PATTERN,
  QUANTITY_MAX,
  REASON_LENGTH_MAX,
  SALE_ID_LENGTH_MAX,
  TITLE_LENGTH_MAX,
} from "../../gateway/protocol/bounds.ts";
import type { ProductChoice } from "../sale/chosen-products.ts";
import { ConfigError } from "../config.ts";
import { duration } from "./cluster/duration.ts";
import { addShopOptions } from "./options.ts";
import { wholeNumber } from "./whole-number.ts";

/** How a command ends that changes something of a sale, for its help. */
export const SALE_CHANGE_HELP = `
Ends with 0 when it is done or there was nothing to do, 1 failed, 2 wrong use (also a product or sale that is not there), 3 done for
some products (it says how the rest is finished), 5 another sale is in the way, or its
waiting room has begun, 6 refused before anything was changed.`;

/** Adds what every command takes that changes something of a sale. */
export function addSaleChangeOptions(command: Command): Command {
  return addShopOptions(command)
    .option("--dry-run", "only show what would change, from what to what")
    .addOption(
      new Option("--timeout <duration>", "how long whoever cannot be reached is asked again")
        .argParser(duration)
        .default(30_000, "30s"),
    );
}

/** Adds `--sku`, which may be there several times. */
export function addSkuOption(command: Command, description: string): Command {
  return command.option("--sku <sku>", description, gatheredSku);
}

/** The products of a sale, or some of them. */
export function ofSale(sale: string, skus: readonly string[] | undefined): ProductChoice {
  return { type: "sale", sale, skus };
}

/**
 * Which products a command means that may name a sale, SKUs or all there are.
 * @throws {ConfigError} when it names none of them, or more than one.
 */
export function chosenBy(
  sale: string | undefined,
  { sku, all }: { readonly sku?: readonly string[]; readonly all?: boolean },
): ProductChoice {
  const named = [sale, sku, all].filter((given) => given !== undefined);
  if (named.length !== 1) throw new ConfigError("name a sale, or --sku, or --all, and one of them only");
  if (sale !== undefined) return ofSale(sale, undefined);
  return sku === undefined ? { type: "all" } : { type: "skus", skus: sku };
}

/** Parses the id of a sale. */
export const saleId = plainTextOf(SALE_ID_LENGTH_MAX);

/** Parses the title of a sale. */
export const saleTitle = plainTextOf(TITLE_LENGTH_MAX);

/** Parses the name of a category. */
export const categoryName = plainTextOf(CATEGORY_LENGTH_MAX);

/** Parses a reason. */
export const reason = plainTextOf(REASON_LENGTH_MAX);

/** Parses a SKU. */
export function skuId(text: string): string {
  if (parseActorId(text) !== undefined) return text;
  throw new InvalidArgumentError("It must be 1 to 120 letters, digits, inner spaces or any of ._:#@~+-");
}

/** Parses a change of stock: `+50` or `-3`. */
export function stockChange(text: string): number {
  const change = /^[+-]\d{1,15}$/.test(text) ? Number(text) : 0;
  if (change !== 0 && Math.abs(change) <= QUANTITY_MAX) return change;
  throw new InvalidArgumentError(
    `It must be a number of units with its sign, such as +50 or -3, at most ${QUANTITY_MAX}.`,
  );
}

/** Parses a limit per customer; null for none. */
export function customerLimit(text: string): number | null {
  return text === "none" ? null : wholeNumber(1, QUANTITY_MAX)(text);
}

/** Parses an idempotency key. */
export function key(text: string): string {
  if (KEY_PATTERN.test(text)) return text;
  throw new InvalidArgumentError(`It must be 1 to ${KEY_LENGTH_MAX} printable ASCII characters.`);
}

function gatheredSku(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, skuId(text)];
}

function plainTextOf(lengthMax: number): (text: string) => string {
  return (text) => {
    if (text.length >= 1 && text.length <= lengthMax && isPlainText(text)) return text;
    throw new InvalidArgumentError(
      `It must be a text of 1 to ${lengthMax} characters without control characters.`,
    );
  };
}
