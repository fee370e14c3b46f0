import { z } from "zod";
import { parseActorId } from "../../../engine/contract/address.ts";
import {
  isPlainText,
  KEY_PATTERN,
  REASON_LENGTH_MAX,
  SALE_ID_LENGTH_MAX,
} from "../../../gateway/protocol/bounds.ts";
import type { SellingChange } from "../../../gateway/protocol/console-act.ts";
import { PLAN_ID_LENGTH_MAX, SKUS_NAMED_MAX } from "./admin-limits.ts";
import { askedBy } from "./admin-request.ts";

const reason = plainText(REASON_LENGTH_MAX);
const sku = z.string().refine((text) => parseActorId(text) !== undefined, "must be a SKU");

const choice = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("all") }),
  z.strictObject({ type: z.literal("sale"), sale: plainText(SALE_ID_LENGTH_MAX) }),
  z.strictObject({ type: z.literal("skus"), skus: z.array(sku).min(1).max(SKUS_NAMED_MAX).readonly() }),
]);

const change = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("PauseSelling"), choice, reason }),
  z.strictObject({ type: z.literal("ResumeSelling"), choice, reason: reason.optional() }),
]) satisfies z.ZodType<SellingChange>;

/** What a change of selling would do is asked. */
export const sellingPlanRequestSchema = z.strictObject({ change });

/** A change of selling is asked for. */
export const sellingRequestSchema = z.strictObject({
  change,
  askedBy,
  /** The idempotency key of its commands: who asks twice with one key changes once. Made when it is missing. */
  key: z.string().regex(KEY_PATTERN, "must be 1 to 64 printable ASCII characters").optional(),
  /** Only if this is still what would be done. */
  planId: z.string().min(1).max(PLAN_ID_LENGTH_MAX).optional(),
});

/** What `POST /v1/selling` takes. */
export type SellingRequest = z.infer<typeof sellingRequestSchema>;

function plainText(lengthMax: number) {
  return z
    .string()
    .refine(
      (text) => text.trim() !== "" && text.length <= lengthMax && isPlainText(text),
      `must be a text of 1 to ${lengthMax} characters without control characters`,
    );
}
