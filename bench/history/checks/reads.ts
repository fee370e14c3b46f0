import type { Check } from "../../verify/check.ts";
import { keyName, type History, type Observation } from "../history.ts";

/** Something that was known to a client at a moment: the actor is at least at that place. */
interface Known {
  readonly atMs: number;
  readonly offset: number;
  readonly what: string;
}

/** Who asks sees everything that anybody knew before. */
export function reads({ operations, observations }: History): Check {
  return {
    name: "reads",
    sentence:
      "A view that was asked for holds everything that any client had been told before it was asked for.",
    subject: "views that were read",
    begin({ findings }) {
      const asked = observations.filter(({ askedAtMs }) => askedAtMs !== undefined);
      findings.checked(asked.length);
      const readsOf = Map.groupBy(asked, ({ topic }) => topic);
      const knownOf = new Map<string, Known[]>(Array.from(readsOf.keys(), (topic) => [topic, []]));
      for (const { topic, atMs, offset, client } of observations) {
        knownOf.get(topic)?.push({ atMs, offset, what: `${client} had seen it` });
      }
      const toldAtMs = new Map<string, number>();
      for (const { actor, key, ending, endedAtMs } of operations) {
        if (ending === "ok" && endedAtMs !== undefined) toldAtMs.set(keyName(actor, key), endedAtMs);
      }
      return {
        entry(entry, address, { seq }) {
          const known = knownOf.get(address);
          if (known === undefined) return;
          for (const { key, outcome } of entry.keys) {
            const atMs = toldAtMs.get(keyName(address, key));
            if (atMs === undefined || outcome?.type !== "done") continue;
            known.push({ atMs, offset: seq, what: `key ${key} had been answered` });
          }
        },
        end() {
          for (const [address, ofTopic] of readsOf) {
            for (const { read, known } of stale(ofTopic, knownOf.get(address) ?? [])) {
              const detail = `${read.client} asked when ${known.what} at offset ${known.offset}, and was shown offset ${read.offset}`;
              findings.violation({ address, seq: read.offset, detail });
            }
          }
        },
      };
    },
  };
}

/** Reads that are behind what was known before they were asked for. */
function* stale(
  ofTopic: readonly Observation[],
  known: readonly Known[],
): Iterable<{ readonly read: Observation; readonly known: Known }> {
  const inTime = known.toSorted((left, right) => left.atMs - right.atMs);
  let newest: Known | undefined;
  let next = 0;
  for (const read of ofTopic.toSorted((left, right) => askedAt(left) - askedAt(right))) {
    for (; (inTime[next]?.atMs ?? Number.POSITIVE_INFINITY) < askedAt(read); next += 1) {
      const candidate = inTime[next] as Known;
      if (newest === undefined || candidate.offset > newest.offset) newest = candidate;
    }
    if (newest !== undefined && newest.offset > read.offset) yield { read, known: newest };
  }
}

function askedAt({ askedAtMs }: Observation): number {
  return askedAtMs ?? Number.POSITIVE_INFINITY;
}
