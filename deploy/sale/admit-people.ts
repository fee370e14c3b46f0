import { Output } from "../cli/output.ts";
import type { ShopOptions } from "../cli/options.ts";
import { operatorClient } from "../cli/options.ts";
import { plainText } from "../cli/field-layout.ts";
import { ConfigError } from "../config.ts";
import { planRate } from "./plan-queue.ts";
import { readQueue } from "./read-queue.ts";

/** Options of `sale admit`. */
export interface AdmitOptions extends ShopOptions {
  readonly dryRun?: boolean;
}

/**
 * Changes how many people the waiting room of a sale lets in per minute, and prints from what to what.
 * @throws {ConfigError} when the sale has no waiting room; an error when the shop refuses.
 */
export async function admitPeople(
  sale: string,
  admitPerMinute: number,
  options: AdmitOptions,
): Promise<void> {
  const shop = await operatorClient(options);
  try {
    const queue = await readQueue(options.url, sale);
    if (queue === null) throw new ConfigError(`the sale ${plainText(sale)} has no waiting room`);
    const change = planRate(sale, queue, admitPerMinute);
    const isDone = change !== undefined && options.dryRun !== true;
    const result = isDone ? await change.send(shop, {}) : undefined;
    if (result?.ok === false) throw new Error(result.problem.detail);
    const report = {
      sale,
      from: queue.line.perMinute,
      to: admitPerMinute,
      dryRun: options.dryRun === true,
      changed: isDone,
    };
    const text = change === undefined ? "nothing to do" : `${isDone ? "" : "would be "}${change.text}`;
    await new Output().write(options.json === true ? `${JSON.stringify(report)}\n` : `${text}\n`);
  } finally {
    shop.close();
  }
}
