import { z } from "zod";
import { SHOP_EVENT_TYPES } from "../../../gateway/webhooks/shop-event.ts";

const OVERLAP_MS = 86_400_000;
const OVERLAP_MS_MAX = 30 * OVERLAP_MS;
const EVENT_ID_LENGTH_MAX = 120;

const dryRun = z.boolean().default(false);
const timeMs = z.int().min(0).max(8_640_000_000_000_000);

/** An endpoint is to be told from now on, or from an earlier moment on. */
export const addEndpointSchema = z.strictObject({
  /** Who asks twice with one id gets one endpoint. Made when it is missing. */
  id: z.uuid().optional(),
  url: z.string(),
  types: z.array(z.enum(SHOP_EVENT_TYPES)).min(1).max(SHOP_EVENT_TYPES.length),
  sinceMs: timeMs.optional(),
  allowPrivate: z.boolean().default(false),
  allowPlain: z.boolean().default(false),
  dryRun,
});

/** An endpoint is to be told nothing, or something again. */
export const changeEndpointSchema = z.strictObject({ dryRun });

/** An endpoint is to get a new secret, beside which that of before signs for a while. */
export const rotateSecretSchema = z.strictObject({
  overlapMs: z.int().min(0).max(OVERLAP_MS_MAX).default(OVERLAP_MS),
  dryRun,
});

/** An endpoint is to be told again: a dead letter, all of them, or what has happened since a time. */
export const replaySchema = z
  .strictObject({
    event: z.string().min(1).max(EVENT_ID_LENGTH_MAX).optional(),
    sinceMs: timeMs.optional(),
    dryRun,
  })
  .refine(({ event, sinceMs }) => event === undefined || sinceMs === undefined, {
    message: "event and sinceMs exclude each other",
    path: ["event"],
  });

/** What `POST /v1/webhooks` takes. */
export type AddEndpointRequest = z.infer<typeof addEndpointSchema>;
/** What `POST /v1/webhooks/:endpoint/rotate-secret` takes. */
export type RotateSecretRequest = z.infer<typeof rotateSecretSchema>;
/** What `POST /v1/webhooks/:endpoint/replay` takes. */
export type ReplayRequest = z.infer<typeof replaySchema>;
