import { encodeFrame } from "../transport/frame.ts";
import {
  ANSWER,
  COMMAND,
  DELIVERED,
  MESSAGE,
  MOVED,
  READ,
  UNWATCH,
  VIEW,
  WATCH,
  type Item,
} from "../transport/items.ts";

type ItemOf<Tag extends Item[0]> = Extract<Item, readonly [Tag, ...unknown[]]>;

const command = { type: "AddLine", sku: "SKU-1", quantity: 2, note: "größer als 😀" };
const TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00";

/** Items of every kind: one that is added has to be shown here before this compiles. */
export const itemSamples: { readonly [Tag in Item[0]]: readonly [ItemOf<Tag>, ...ItemOf<Tag>[]] } = {
  [COMMAND]: [
    [COMMAND, 1, "shop", "cart", "C", command, "key", 1_790_000_000_123, null],
    [COMMAND, 2, "shop", "cart", "C", command, "key", 1_790_000_000_123, TRACEPARENT],
  ],
  [READ]: [[READ, 3, "shop", "cart", "C"]],
  [WATCH]: [[WATCH, "shop", "cart", "C"]],
  [UNWATCH]: [[UNWATCH, "shop", "cart", "C"]],
  [ANSWER]: [
    [
      ANSWER,
      4,
      { type: "done", reply: { totalMinor: 9_007_199_254_740_991, lines: [1, -2, 0.5, true, null] } },
    ],
    [
      ANSWER,
      5,
      { type: "refused", refusal: { code: "sold_out", detail: "Gone.", field: "sku", retryAfterMs: 5 } },
    ],
    [ANSWER, 6, { type: "refused", refusal: { code: "sold_out", detail: "Gone." } }],
    [ANSWER, 7, { type: "overloaded", retryAfterMs: 200 }],
    [ANSWER, 8, { type: "expired" }],
    [ANSWER, 9, { type: "unknown", retryAfterMs: 200 }],
  ],
  [VIEW]: [
    [VIEW, 0, "shop", "inventory", "S", 7, 4_294_967_297, { available: 3 }],
    [VIEW, 6, "shop", "inventory", "S", 7, 8, null],
  ],
  [MESSAGE]: [[MESSAGE, 1, 2, 3, "shop", "cart", "C", command]],
  [DELIVERED]: [[DELIVERED, 1, 2, 3]],
  [MOVED]: [
    [MOVED, 6, 255],
    [MOVED, 0, 3],
  ],
};

/** The samples in their order. */
export const allItems: readonly Item[] = Object.values(itemSamples).flat();

/** The frame of all samples, and its version. */
export function frameGolden(): { readonly version: number; readonly text: string } {
  const text = encodeFrame(allItems);
  const [version] = JSON.parse(text) as [version: number];
  return { version, text };
}
