import type { Check } from "../check.ts";

/** Calls to the world outside and their answers. */
export const calls: Check = {
  name: "calls",
  sentence:
    "Calls to the outside are numbered without gaps, and each answer that took effect belongs to one call, once.",
  subject: "calls",
  begin({ findings }) {
    let lastNumber = 0;
    let open = new Set<number>();
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
        for (const { tenant, kind, id, number } of body.called) {
          findings.checked();
          if (number !== lastNumber + 1) {
            const detail = `call ${number} follows number ${lastNumber}`;
            findings.violation({ address: `${tenant}/${kind}/${id}`, shard, seq, detail });
          }
          open.add(number);
          lastNumber = number;
        }
      },
      shardEnd() {
        for (const _number of open) findings.open();
        lastNumber = 0;
        open = new Set();
      },
    };
  },
};
