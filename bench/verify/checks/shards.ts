import { formatAddress, type ActorId, type Tenant } from "../../../engine/contract/address.ts";
import { shardOf } from "../../../engine/routing/shard-hash.ts";
import type { Check } from "../check.ts";

/** Placement: an actor has one home, so that it has one writer. */
export const shards: Check = {
  name: "shards",
  sentence: "Every actor is written in the shard of its address only, and every message goes to that shard.",
  subject: "entries and messages",
  begin({ findings, shardCount }) {
    const homeOf = (tenant: string, id: string): number =>
      shardOf({ tenant: tenant as Tenant, id: id as ActorId }, shardCount);
    return {
      segment({ shard, seq, body }) {
        for (const message of body.sent) {
          findings.checked();
          const home = homeOf(message.tenant, message.id);
          if (home === message.toShard) continue;
          const detail = `a message goes to shard ${message.toShard}, its actor lives in shard ${home}`;
          findings.violation({ address: formatAddress(message), shard, seq, detail });
        }
      },
      entry(entry, address, { shard, seq }) {
        findings.checked();
        const home = homeOf(entry.tenant, entry.id);
        if (home === shard) return;
        findings.violation({ address, shard, seq, detail: `the actor's shard is ${home}` });
      },
    };
  },
};
