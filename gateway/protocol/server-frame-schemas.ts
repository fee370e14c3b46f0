import { z } from "zod";
import type { Channel, Problem, ServerFrame, Welcome } from "./messages.ts";
import { channel } from "./schemas.ts";
import { count, type FieldsOf, sessionFields, text, timeMs, viewSchemas } from "./view-schemas.ts";

type FrameOf<Kind extends string> = Extract<ServerFrame, { readonly t: Kind }>;

const { InventoryView, QueueView, CartView, OrderView } = viewSchemas;

/** Channels, and what each of them shows. */
const shown = [
  { ch: z.templateLiteral(["sku/", text]), view: InventoryView },
  { ch: z.templateLiteral(["queue/", text]), view: QueueView },
  { ch: z.literal("cart"), view: CartView },
  { ch: z.templateLiteral(["order/", text]), view: OrderView },
] as const;

const re = count.describe("The id of the command that is answered.");

/** Frames to clients, by `t`; `refused` are commands that were refused. */
export const serverFrameSchemas = {
  welcome: z.object({
    t: z.literal("welcome"),
    session: text.describe("The token for the next hello; empty when the session came from the cookie."),
    ...sessionFields,
    pingMs: count.describe("How often to send ping."),
    frameBytesMax: count,
  } satisfies FieldsOf<Welcome>),
  snapshot: z.union(
    shown.map(({ ch, view }) =>
      z.object({
        t: z.literal("snapshot"),
        ch,
        epoch: count,
        offset: count,
        state: view.nullable(),
      } satisfies FieldsOf<FrameOf<"snapshot">>),
    ),
  ),
  delta: z.union(
    shown.map(({ ch, view }) =>
      z.object({
        t: z.literal("delta"),
        ch,
        epoch: count,
        offset: count,
        prev: count,
        fields: view.partial(),
      } satisfies FieldsOf<FrameOf<"delta">>),
    ),
  ),
  refused: z.object({ re, problem: viewSchemas.Problem }),
  problem: z.object({
    t: z.literal("problem"),
    problem: viewSchemas.Problem,
    ch: z.exactOptional(channel as z.ZodType<Channel>),
  }),
  reconnect: z.object({
    t: z.literal("reconnect"),
    afterMs: count,
    jitterMs: count,
  } satisfies FieldsOf<FrameOf<"reconnect">>),
  pong: z.object({ t: z.literal("pong"), serverTimeMs: timeMs } satisfies FieldsOf<FrameOf<"pong">>),
} as const satisfies Frames;

type Frames = { readonly [Kind in FrameKind]: z.ZodType<FrameOf<Kind>> } & {
  readonly refused: z.ZodType<Extract<ServerFrame, { re: number; problem: Problem }>>;
};
type FrameKind = Extract<ServerFrame, { t: string }>["t"];

/** The frame that answers a command with this reply. */
export function okFrameSchema(reply: z.ZodType): z.ZodType {
  return z.object({ re, ok: reply });
}
