import { readClientFrame } from "../../../gateway/protocol/client-frame.ts";
import { resultOf } from "../../../gateway/server/command-result.ts";
import { done } from "../../../engine/contract/outcome.ts";
import type { Workload } from "../workload.ts";

const ORDERS = 20_000;
const FRAMES = [
  '{"id":17,"key":"mdt0p2k1-17","op":"cart.add","sku":"bench-mdt0p2k1-1","quantity":1}',
  '{"id":18,"key":"mdt0p2k1-18","op":"checkout","paymentToken":"tok_ok"}',
];
const ANSWERS = [
  done({
    line: 1,
    sku: "bench-mdt0p2k1-1",
    quantity: 1,
    unitPriceMinor: 4_900,
    currency: "EUR",
    holdExpiresAtMs: 1_790_000_000_000,
  }),
  done({
    orderId: "0199f0aa-0000-7000-8000-000000000000~1",
    totalMinor: 4_900,
    taxMinor: 782,
    currency: "EUR",
  }),
];

/** The two commands of an order are read and checked as a gateway does it, and their answers written. */
export const clientFrames: Workload = {
  name: "frames of clients",
  unit: "order",
  run() {
    let bytes = 0;
    for (let order = 0; order < ORDERS; order += 1) {
      for (const frame of FRAMES) {
        if (readClientFrame(frame).type !== "command") throw new Error(`no command: ${frame}`);
      }
      for (const answer of ANSWERS) {
        const result = resultOf(answer);
        bytes += JSON.stringify(result.ok ? result.value : result.problem).length;
      }
    }
    return { units: ORDERS, quantities: { "bytes of answers": bytes / ORDERS } };
  },
};
