import type { Check } from "../check.ts";

/** The journal itself: nothing is missing from it. */
export const sequence: Check = {
  name: "sequence",
  sentence:
    "Every shard's segments are readable, numbered from 1 without gaps, and the time of its decisions never falls.",
  subject: "segments",
  begin({ findings }) {
    let lastSeq = 0;
    let lastAtMs = 0;
    return {
      segment({ shard, seq, body }) {
        findings.checked();
        if (seq !== lastSeq + 1) {
          findings.violation({ shard, seq, detail: `segment ${seq} follows segment ${lastSeq}` });
        }
        // A takeover record tells the time of a new owner, who knows that of the shard only afterwards.
        if (body.takeover === undefined && body.atMs < lastAtMs) {
          const detail = `time falls from ${lastAtMs} to ${body.atMs} ms`;
          findings.violation({ shard, seq, detail });
        }
        lastSeq = seq;
        lastAtMs = Math.max(lastAtMs, body.atMs);
      },
      shardEnd() {
        lastSeq = 0;
        lastAtMs = 0;
      },
    };
  },
};
