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
        lastSeq = seq;
        // A takeover record decides nothing, and its time binds nobody.
        if (body.takeover !== undefined) return;
        if (body.atMs < lastAtMs) {
          const detail = `time falls from ${lastAtMs} to ${body.atMs} ms`;
          findings.violation({ shard, seq, detail });
        }
        lastAtMs = Math.max(lastAtMs, body.atMs);
      },
      shardEnd() {
        lastSeq = 0;
        lastAtMs = 0;
      },
    };
  },
};
