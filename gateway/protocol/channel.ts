import { parseActorId } from "../../engine/contract/address.ts";
import type { Channel } from "./messages.ts";

/** Whether a text names a channel. */
export function isChannel(text: string): text is Channel {
  if (text === "cart") return true;
  if (text.startsWith("sku/")) return parseActorId(text.slice(4)) !== undefined;
  if (text.startsWith("queue/")) return parseActorId(text.slice(6)) !== undefined;
  return text.startsWith("order/") && parseActorId(text.slice(6)) !== undefined;
}

/** A channel that everybody may watch. */
export type PublicChannelName = Extract<Channel, `sku/${string}` | `queue/${string}`>;

/** Whether everybody may watch the channel; the others belong to a session. */
export function isPublicChannel(channel: Channel): channel is PublicChannelName {
  return channel.startsWith("sku/") || channel.startsWith("queue/");
}
