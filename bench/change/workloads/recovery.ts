import {
  decodeSegmentBody,
  encodeSegmentBody,
  segmentIdentity,
} from "../../../persistence/codec/segment-body.ts";
import { orderSegments } from "../../probes/order-segments.ts";
import type { Workload } from "../workload.ts";

const SHOPPERS = 200;
const ORDERS_EACH = 10;

const stored = (await orderSegments(SHOPPERS, ORDERS_EACH)).map(({ shard, batchId, body }) => {
  const identity = segmentIdentity(shard, batchId);
  return { identity, bytes: encodeSegmentBody(identity, body) };
});

/** Segments are read back, as after a restart. */
export const recovery: Workload = {
  name: "segments read back",
  unit: "order",
  run() {
    for (const { identity, bytes } of stored) decodeSegmentBody(bytes, identity);
    return { units: SHOPPERS * ORDERS_EACH, quantities: {} };
  },
};
