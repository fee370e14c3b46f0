import { done } from "../../../engine/contract/outcome.ts";
import { decodeFrame, encodeFrame } from "../../../engine/transport/frame.ts";
import { ANSWER, COMMAND, type Item } from "../../../engine/transport/items.ts";
import type { Workload } from "../workload.ts";

const FRAMES = 1_000;
const ITEMS_PER_FRAME = 16;

const commands = Array.from({ length: ITEMS_PER_FRAME }, (_, index): Item => {
  const command = { type: "AddLine", customer: `customer-${index}`, sku: "bench-1", quantity: 1 };
  return [COMMAND, index, "shop", "cart", `cart-${index}`, command, `key-${index}`, 1_790_000_000_000, null];
});
const answers = Array.from({ length: ITEMS_PER_FRAME }, (_, index): Item => [
  ANSWER,
  index,
  done({ line: index, sku: "bench-1", quantity: 1 }),
]);

/** Commands go from a gateway to a lane and their answers back, as frames: what both threads do to write and to read them. */
export const threadFrames: Workload = {
  name: "frames between threads",
  unit: "command",
  run() {
    let characters = 0;
    for (let frame = 0; frame < FRAMES; frame += 1) {
      for (const items of [commands, answers]) {
        const text = encodeFrame(items);
        characters += text.length;
        if (decodeFrame(text).length !== ITEMS_PER_FRAME) throw new Error("a frame lost an item");
      }
    }
    const units = FRAMES * ITEMS_PER_FRAME;
    return { units, quantities: { "characters in them": characters / units } };
  },
};
