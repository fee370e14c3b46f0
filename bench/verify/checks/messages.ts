import type { Check } from "../check.ts";

/** Exactly-once between shards. */
export const messages: Check = {
  name: "messages",
  sentence:
    "Messages between two shards are numbered without gaps, each is received at most once, in order, and none that was not sent.",
  subject: "messages",
  begin({ findings, facts }) {
    let lastSent = new Map<number, number>();
    let lastReceived = new Map<number, number>();
    return {
      segment({ shard, seq, body }) {
        for (const { toShard, number } of body.sent) {
          findings.checked();
          const last = lastSent.get(toShard) ?? 0;
          lastSent.set(toShard, number);
          if (number === last + 1) continue;
          const detail = `message ${number} to shard ${toShard} follows number ${last}`;
          findings.violation({ shard, seq, detail });
        }
        for (const [source, number] of body.received) {
          const last = lastReceived.get(source) ?? 0;
          lastReceived.set(source, Math.max(number, last));
          if (number > last) continue;
          const detail = `message ${number} from shard ${source} takes effect again after number ${last}`;
          findings.violation({ shard, seq, detail });
        }
      },
      shardEnd() {
        lastSent = new Map();
        lastReceived = new Map();
      },
      end() {
        for (const [name, { sent, received, delivered }] of facts.pairs) {
          if (received > sent) {
            findings.violation({ detail: `shards ${name}: ${received} messages received, ${sent} sent` });
          }
          if (delivered > received) {
            const detail = `shards ${name}: ${delivered} messages noted as delivered, ${received} received`;
            findings.violation({ detail });
          }
          for (let number = received; number < sent; number += 1) findings.open();
        }
      },
    };
  },
};
