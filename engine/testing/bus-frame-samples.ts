import { encodeBusFrame, type BusFrame } from "../transport/bus/bus-frame.ts";
import { encodeFrame } from "../transport/frame.ts";
import { allItems } from "./frame-samples.ts";

/** A frame of every type. */
export const busFrameSamples: readonly BusFrame[] = [
  {
    head: {
      type: "items",
      from: "node-b/lane-12",
      stream: "0123456789ab",
      number: 9_007_199_254_740_991,
      answering: "ba9876543210",
    },
    body: encodeFrame(allItems),
  },
  {
    head: { type: "beat", from: "node-a/gateway-0", stream: "0123456789ab", number: 0, answering: undefined },
    body: "",
  },
  {
    head: {
      type: "echo",
      from: "n/supervisor-0",
      stream: "ba9876543210",
      number: 1,
      answering: "0123456789ab",
    },
    body: "",
  },
  {
    head: { type: "unread", from: "node-b/lane-0", stream: "-", number: 0, answering: "0123456789ab" },
    body: "",
  },
];

/** The texts of all samples, and their version. */
export function busFrameGolden(): { readonly version: string; readonly texts: readonly string[] } {
  const texts = busFrameSamples.map(({ head, body }) => encodeBusFrame(head, body));
  return { version: (texts[0] ?? "").split(" ", 1)[0] ?? "", texts };
}
