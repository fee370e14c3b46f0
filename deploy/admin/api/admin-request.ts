import { z } from "zod";
import type { ClusterChange } from "../../../engine/operator/cluster-change.ts";
import { isNodeName, LANES_MAX } from "../../../engine/routing/lane-place.ts";
import { ASKER, PLAN_ID_LENGTH_MAX, SHARD_MAX, SHARDS_NAMED_MAX } from "./admin-limits.ts";
import { AdminFault } from "./admin-problem.ts";

const BODY_BYTES_MAX = 65_536;

const node = z.string().refine(isNodeName, "must be the name of a node");
const shards = z.array(z.int().min(0).max(SHARD_MAX)).min(1).max(SHARDS_NAMED_MAX).readonly();
const lane = z
  .int()
  .min(0)
  .max(LANES_MAX - 1)
  .nullable()
  .default(null);
/** Who asks. */
export const askedBy = z
  .string()
  .regex(ASKER, "must be a name of at most 128 characters, none of which is a control character");

const changeSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("MoveShards"), shards, node, lane }),
  z.strictObject({ type: z.literal("PinShards"), shards }),
  z.strictObject({ type: z.literal("UnpinShards"), shards }),
  z.strictObject({ type: z.literal("Rebalance") }),
  z.strictObject({ type: z.literal("CordonNode"), node }),
  z.strictObject({ type: z.literal("DrainNode"), node }),
  z.strictObject({ type: z.literal("UndrainNode"), node }),
  z.strictObject({ type: z.literal("SuspendRebalancing") }),
  z.strictObject({ type: z.literal("ResumeRebalancing") }),
]) satisfies z.ZodType<ClusterChange>;

/** What a change would do is asked. */
export const planRequestSchema = z.strictObject({ change: changeSchema });

/** A change is asked for. */
export const executionRequestSchema = z.strictObject({
  /** Of the operation that it makes: who asks twice with one id gets one operation. Made when it is missing. */
  id: z.uuid().optional(),
  change: changeSchema,
  askedBy,
  /** Only if this is still what would be done. */
  planId: z.string().min(1).max(PLAN_ID_LENGTH_MAX).optional(),
  /** Only if the placement still has this version. */
  ifVersion: z.int().min(0).optional(),
});

/** The end of an operation is asked for. */
export const cancellationRequestSchema = z.strictObject({ askedBy });

/** What `POST /v1/operations` takes. */
export type ExecutionRequest = z.infer<typeof executionRequestSchema>;

/** Reads the body of a request. @throws {AdminFault} that names the field. */
export async function readRequest<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const mediaType = (request.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (mediaType !== "application/json")
    throw new AdminFault("unsupported_media_type", "The body must be application/json.", {
      field: "Content-Type",
    });
  const parsed = schema.safeParse(decode(await bytesOf(request)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = [
    ...(issue?.path ?? []),
    ...(issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : []),
  ];
  if (path.length === 0) throw new AdminFault("malformed_body", "The body must be a JSON object.");
  const field = path.join(".");
  throw new AdminFault("invalid_field", `${field}: ${issue?.message ?? "wrong value"}.`, { field });
}

/** Stops as soon as there are too many. */
async function bytesOf(request: Request): Promise<Uint8Array> {
  const tooLarge = new AdminFault("body_too_large", `The body may have ${BODY_BYTES_MAX} bytes.`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const body: AsyncIterable<Uint8Array> | readonly Uint8Array[] = request.body ?? [];
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > BODY_BYTES_MAX) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new AdminFault("malformed_body", "The body is not JSON.");
  }
}
