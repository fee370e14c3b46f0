import { z } from "zod";
import { parseThreshold, ThresholdFault } from "../runs/thresholds.ts";
import { durationMs } from "./duration.ts";
import type { Arrivals, Threshold } from "./scenario.ts";
import { stepShape } from "./step-shape.ts";

const SKUS_MAX = 100_000;
const SOCKETS_MAX = 200_000;
const STOCK_MAX = 1_000_000_000;
const LIMIT_MAX = 1_000_000;
const RATE_MAX = 1_000_000;
const DAY_MS = 86_400_000;
const ZIPF_MAX = 10;
const LIST_MAX = 100;
const SPEED_MAX = 1_000_000;

const text = z.string().min(1).max(300);
const rate = z.number().min(0).max(RATE_MAX);
// Visitors are counted by the second, so a part of one would be told at a rate that it never had.
const seconds = durationMs(DAY_MS)
  .refine((ms) => ms % 1_000 === 0, "must be whole seconds, such as 10s or 1m30s")
  .transform((ms) => ms / 1_000);
const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "must be lower-case letters, digits and hyphens, at most 40");

const rateRange = z.strictObject(
  { from: rate, to: rate },
  "must be a number of arrivals per second, or {from: …, to: …}",
);

/** Arrivals per second: one number, or two ends. One number that is wrong is one fault. */
const rates = z.unknown().transform((value, context): z.output<typeof rateRange> => {
  const isOne = typeof value === "number";
  const parsed = rateRange.safeParse(isOne ? { from: value, to: value } : value);
  if (parsed.success) return parsed.data;
  const issues = isOne ? parsed.error.issues.slice(0, 1) : parsed.error.issues;
  for (const issue of issues)
    context.issues.push({ ...issue, path: isOne ? [] : issue.path, input: value } as z.core.$ZodRawIssue);
  return z.NEVER;
});

const phase = z.strictObject({
  name,
  for: seconds.refine((value) => value > 0, "must be longer than 0s"),
  /** Left out where nobody arrives at a rate. */
  rate: rates.optional(),
});

const recorded = z.strictObject({
  day: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d$/, "must be a day such as 2011-09-22")
    .optional(),
  speed: z.number().gt(0).max(SPEED_MAX),
});

const arrivals = z
  .preprocess(
    (value) => (value === "open" || value === "closed" ? { [value]: true } : value),
    z.union(
      [
        z.strictObject({ open: z.literal(true) }).transform((): Arrivals => ({ kind: "open" })),
        z.strictObject({ closed: z.literal(true) }).transform((): Arrivals => ({ kind: "closed" })),
        z.strictObject({ recorded }).transform(({ recorded: { day, speed } }): Arrivals => {
          return { kind: "recorded", day, speed };
        }),
      ],
      "must be open, closed, or {recorded: {speed: …}} with a day such as 2011-09-22 if it matters",
    ),
  )
  .default({ kind: "open" });

const threshold = z
  .string({ error: ({ input }) => unquoted(input) })
  .transform((written, context): Threshold => {
    try {
      return parseThreshold(written);
    } catch (error) {
      if (!(error instanceof ThresholdFault)) throw error;
      context.addIssue(`is wrong: ${error.message}`);
      return z.NEVER;
    }
  });

/** What YAML takes for a field is a phase and its threshold. */
function unquoted(input: unknown): string | undefined {
  const [field, ...others] = typeof input === "object" && input !== null ? Object.entries(input) : [];
  if (field === undefined || others.length > 0 || typeof field[1] !== "string") return undefined;
  return `must be in quotes: ${JSON.stringify(`${field[0]}: ${field[1]}`)}`;
}

const shop = z.strictObject({
  skus: z.int().min(1).max(SKUS_MAX).optional(),
  stock: z.int().min(1).max(STOCK_MAX).optional(),
  limitPerCustomer: z.int().min(1).max(LIMIT_MAX).optional(),
  zipf: z.number().min(0).max(ZIPF_MAX).default(0),
});

const journey = z.strictObject({
  name,
  weight: z.number().gt(0).max(1_000_000).default(1),
  steps: z.array(stepShape).min(1).max(LIST_MAX),
});

/** A scenario file, field by field. What its fields say together is checked by `scenarioOf`. */
export const scenarioShape = z.strictObject({
  description: text,
  shop: shop.default({ zipf: 0 }),
  arrivals,
  sockets: z.int().min(1).max(SOCKETS_MAX),
  warmUp: seconds.default(0),
  phases: z.array(phase).min(1).max(LIST_MAX),
  journeys: z.array(journey).min(1).max(LIST_MAX),
  watchers: z.int().min(0).max(SOCKETS_MAX).default(0),
  thresholds: z.array(threshold).max(LIST_MAX).default([]),
});

/** A scenario file whose fields are what they should be. */
export type ScenarioFields = z.output<typeof scenarioShape>;

/** The fields that are known, by the place of those that have them, without its numbers: `phases.rate`. */
export const KNOWN_FIELDS: ReadonlyMap<string, readonly string[]> = new Map([
  ["", Object.keys(scenarioShape.shape)],
  ["shop", Object.keys(shop.shape)],
  ["phases", Object.keys(phase.shape)],
  ["phases.rate", Object.keys(rateRange.shape)],
  ["journeys", Object.keys(journey.shape)],
]);
