import { z } from "zod";
import { QUANTITY_MAX } from "../../gateway/protocol/bounds.ts";
import { durationMs } from "./duration.ts";
import { isPaymentToken, PAYMENT_TOKENS } from "./payment-token.ts";
import type { Step } from "./scenario.ts";

const LINES_MAX = 100;
const THINK_MS_MAX = 3_600_000;
/** A gateway takes no more commands of one socket at a time. */
const BURST_MAX = 200;

const UNKNOWN_TOKEN = `is no token of the test provider; there are ${PAYMENT_TOKENS.join(", ")}, and tok_slow_ with milliseconds, such as tok_slow_500`;

const count = z.int().min(1).max(LINES_MAX);
const quantity = z.int().min(1).max(QUANTITY_MAX).default(1);

/** What each kind of step says about itself. */
const STEPS: Readonly<Record<string, z.ZodType<Step>>> = {
  browse: count.transform((products): Step => ({ kind: "browse", products })),
  add: z
    .preprocess(
      (value) => (value === "basket" ? { basket: true } : value),
      z.strictObject({
        lines: count.default(1),
        quantity,
        basket: z.literal(true).optional(),
      }),
    )
    .transform(({ basket, ...lines }): Step =>
      basket === true ? { kind: "basket" } : { kind: "add", ...lines },
    ),
  checkout: z
    .string()
    .refine(isPaymentToken, UNKNOWN_TOKEN)
    .transform((paymentToken): Step => ({ kind: "checkout", paymentToken })),
  think: durationMs(THINK_MS_MAX).transform((meanMs): Step => ({ kind: "think", meanMs })),
  burst: z
    .strictObject({ commands: z.int().min(1).max(BURST_MAX), quantity })
    .transform((burst): Step => ({ kind: "burst", ...burst })),
};

const HINT = `must be empty, or one of ${Object.keys(STEPS).join(", ")} with what it takes, such as {browse: 3}`;

/** One step of a journey: the word `empty`, or one field that names it. */
export const stepShape = z.unknown().transform((value, context): Step => {
  if (value === "empty") return { kind: "empty" };
  const [field, ...others] = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const shape = field === undefined || !Object.hasOwn(STEPS, field[0]) ? undefined : STEPS[field[0]];
  if (field === undefined || shape === undefined || others.length > 0) {
    context.addIssue(HINT);
    return z.NEVER;
  }
  const parsed = shape.safeParse(field[1]);
  if (parsed.success) return parsed.data;
  for (const { message, path } of parsed.error.issues)
    context.addIssue({ code: "custom", message, path: [field[0], ...path] });
  return z.NEVER;
});
