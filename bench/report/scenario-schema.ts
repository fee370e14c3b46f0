import { z } from "zod";
import type { Scenario } from "../scenario/scenario.ts";

const count = z.int().nonnegative();
const amount = z.number().nonnegative();

// JSON has no undefined: what is not there reads as such.
const maybe = <Schema extends z.ZodType>(schema: Schema) =>
  schema.optional().transform((value): z.output<Schema> | undefined => value);

/** A threshold as it is stored. */
export const storedThreshold = z.object({
  measure: z.string(),
  comparison: z.enum(["<", "<=", ">", ">=", "=="]),
  limit: z.number(),
  phase: maybe(z.string()),
});

const arrivals = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("open") }),
  z.object({ kind: z.literal("closed") }),
  z.object({ kind: z.literal("recorded"), day: maybe(z.string()), speed: amount }),
]);

const step = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("browse"), products: count }),
  z.object({ kind: z.literal("add"), lines: count, quantity: count }),
  z.object({ kind: z.literal("basket") }),
  z.object({ kind: z.literal("checkout"), paymentToken: z.string() }),
  z.object({ kind: z.literal("empty") }),
  z.object({ kind: z.literal("think"), meanMs: amount }),
  z.object({ kind: z.literal("burst"), commands: count, quantity: count }),
]);

/** A scenario as a result keeps it: complete, beside what was left open. */
export const storedScenario = z.object({
  name: z.string(),
  description: z.string(),
  shop: z.object({ skus: count, stock: maybe(count), limitPerCustomer: maybe(count), zipf: amount }),
  arrivals,
  sockets: count,
  warmUpSeconds: amount,
  phases: z.array(z.object({ name: z.string(), seconds: amount, fromRate: amount, toRate: amount })),
  journeys: z.array(z.object({ name: z.string(), weight: amount, steps: z.array(step) })),
  watchers: count,
  thresholds: z.array(storedThreshold),
}) satisfies z.ZodType<Scenario>;
