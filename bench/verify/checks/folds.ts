import type { Check } from "../check.ts";

/** Determinism: the actors' own rules accept their whole history. A fold that breaks is reported by the reading itself. */
export const folds: Check = {
  name: "folds",
  sentence: "Every actor folds from its first event by its own rules, and its snapshot gives the same state.",
  subject: "actors",
  begin({ findings }) {
    return {
      shardEnd(folded) {
        for (const [text, { decider, state, address, seq, broken }] of folded.all()) {
          findings.checked();
          if (broken) continue;
          const snapshot = decider.toSnapshot(state);
          const restored = decider.toSnapshot(decider.fromSnapshot(structuredClone(snapshot), address));
          if (Bun.deepEquals(snapshot, restored)) continue;
          const detail = "the state that its snapshot gives is another one";
          findings.violation({ address: text, shard: folded.shard, seq, detail });
        }
      },
    };
  },
};
