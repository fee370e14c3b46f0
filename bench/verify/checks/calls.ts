import { formatAddress } from "../../../engine/contract/address.ts";
import type { PlacedCall } from "../../../engine/contract/segment.ts";
import type { Check } from "../check.ts";

// Calls that are named of those that wait for their answers.
const NAMED_MAX = 5;

interface OpenCall {
  readonly call: PlacedCall;
  readonly atMs: number;
}

/** Calls to the world outside and their answers. */
export const calls: Check = {
  name: "calls",
  sentence:
    "Calls to the outside are numbered without gaps, and each answer that took effect belongs to one call, once.",
  subject: "calls",
  begin({ findings }) {
    let lastNumber = 0;
    let open = new Map<number, OpenCall>();
    let oldest: readonly OpenCall[] = [];
    return {
      segment({ shard, seq, body }) {
        // An answer can take effect only after its call is durable: never in the same segment.
        for (const number of body.answered) {
          if (open.delete(number)) continue;
          const isKnown = number >= 1 && number <= lastNumber;
          const detail = isKnown
            ? `the answer to call ${number} takes effect again`
            : `call ${number} is answered, but was not placed before`;
          findings.violation({ shard, seq, detail });
        }
        for (const call of body.called) {
          const { number } = call;
          findings.checked();
          if (number !== lastNumber + 1) {
            const detail = `call ${number} follows number ${lastNumber}`;
            findings.violation({ address: formatAddress(call), shard, seq, detail });
          }
          open.set(number, { call, atMs: body.atMs });
          lastNumber = number;
        }
      },
      shardEnd() {
        for (const _number of open.keys()) findings.open();
        oldest = [...oldest, ...open.values()]
          .sort((left, right) => left.atMs - right.atMs)
          .slice(0, NAMED_MAX);
        lastNumber = 0;
        open = new Map();
      },
      note() {
        return oldest.length === 0 ? undefined : `waiting longest: ${oldest.map(nameOf).join(", ")}`;
      },
    };
  },
};

function nameOf({ call, atMs }: OpenCall): string {
  return `${call.request.type} of ${formatAddress(call)} since ${new Date(atMs).toJSON()}`;
}
