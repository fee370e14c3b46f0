import { parseActorId } from "../../engine/contract/address.ts";
import type { Channel } from "./messages.ts";

/** Whether a text names a channel. */
export function isChannel(text: string): text is Channel {
  if (text === "cart") return true;
  if (text.startsWith("sku/")) return parseActorId(text.slice(4)) !== undefined;
  return text.startsWith("order/") && parseActorId(text.slice(6)) !== undefined;
}
