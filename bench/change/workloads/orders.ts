import { encodeSegmentBody, segmentIdentity } from "../../../persistence/codec/segment-body.ts";
import { orderSegments } from "../../probes/order-segments.ts";
import type { Workload } from "../workload.ts";

const SHOPPERS = 200;
const ORDERS_EACH = 10;

/** A crowd at one product: a lane decides its commands into segments, which are encoded as the journal does it. */
export const orders: Workload = {
  name: "orders",
  unit: "order",
  async run() {
    const segments = await orderSegments(SHOPPERS, ORDERS_EACH);
    const bytes = segments.reduce((sum, { shard, batchId, body }) => {
      return sum + encodeSegmentBody(segmentIdentity(shard, batchId), body).length;
    }, 0);
    const units = SHOPPERS * ORDERS_EACH;
    return {
      units,
      quantities: { "rows of the journal": segments.length / units, "bytes in them": bytes / units },
    };
  },
};
