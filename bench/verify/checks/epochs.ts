import type { Check } from "../check.ts";

/** The fence: one owner at a time, each announced by a takeover record. */
export const epochs: Check = {
  name: "epochs",
  sentence: "A shard's epoch never falls, and rises exactly at the takeover record of its new owner.",
  subject: "segments",
  begin({ findings }) {
    let lastEpoch = 0;
    return {
      segment({ shard, seq, epoch, body }) {
        findings.checked();
        const isTakeover = body.takeover !== undefined;
        if (epoch < lastEpoch) {
          findings.violation({ shard, seq, detail: `the epoch falls from ${lastEpoch} to ${epoch}` });
        } else if (epoch > lastEpoch && !isTakeover) {
          const detail = `the epoch rises from ${lastEpoch} to ${epoch} without a takeover record`;
          findings.violation({ shard, seq, detail });
        } else if (epoch === lastEpoch && isTakeover) {
          findings.violation({ shard, seq, detail: `a takeover record leaves the epoch at ${epoch}` });
        }
        lastEpoch = Math.max(lastEpoch, epoch);
      },
      shardEnd() {
        lastEpoch = 0;
      },
    };
  },
};
