import type { Outcome } from "../../../engine/contract/outcome.ts";
import type { Check } from "../check.ts";

/** What the journal says about one command of a client. */
interface Command {
  readonly key: string;
  readonly content: string;
  outcome: Outcome | undefined;
}

/** Idempotency: a client that repeats itself gets what it already got. */
export const keys: Check = {
  name: "keys",
  sentence: "An idempotency key of an actor takes effect once and is never settled in two ways.",
  subject: "keys",
  begin({ findings }) {
    let commands = new Map<string, Command>();
    let doneTickets = new Map<string, number>();
    return {
      entry(entry, address, { shard, seq }) {
        const blame = (detail: string): void => findings.violation({ address, shard, seq, detail });
        for (const { ticket, key, content, outcome } of entry.keys) {
          const id = `${address} ${ticket}`;
          const known = commands.get(id);
          if (known === undefined) {
            findings.checked();
            commands.set(id, { key, content, outcome });
          } else if (known.key !== key || known.content !== content) {
            blame(`ticket ${ticket} stands for key ${known.key} and for key ${key}, or for two contents`);
          } else if (known.outcome === undefined) {
            known.outcome = outcome;
          } else if (outcome !== undefined && !Bun.deepEquals(known.outcome, outcome)) {
            blame(`key ${key} is settled as ${brief(known.outcome)} and as ${brief(outcome)}`);
          }
          if (outcome?.type !== "done") continue;
          const earlier = doneTickets.get(`${address} ${key}`) ?? ticket;
          if (earlier !== ticket)
            blame(`key ${key} is carried out twice, as tickets ${earlier} and ${ticket}`);
          doneTickets.set(`${address} ${key}`, ticket);
        }
      },
      shardEnd() {
        for (const { outcome } of commands.values()) if (outcome === undefined) findings.open();
        commands = new Map();
        doneTickets = new Map();
      },
    };
  },
};

function brief(outcome: Outcome): string {
  return outcome.type === "done"
    ? `done ${JSON.stringify(outcome.reply)}`
    : `refused ${outcome.refusal.code}`;
}
