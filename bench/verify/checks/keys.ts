import type { Outcome } from "../../../engine/contract/outcome.ts";
import type { Check } from "../check.ts";
import { RememberedKeys } from "../remembered-keys.ts";

/** What the journal says about one command of a client. */
interface Command {
  readonly key: string;
  readonly content: string;
  outcome: Outcome | undefined;
}

/** Idempotency: a client that repeats itself gets what it already got, for as long as the actor remembers. */
export const keys: Check = {
  name: "keys",
  sentence:
    "An idempotency key that its actor remembers takes effect once, and none is ever settled in two ways.",
  subject: "keys",
  begin({ findings, keysPerActorMax }) {
    let commands = new Map<string, Command>();
    let rememberedBy = new Map<string, RememberedKeys>();
    return {
      entry(entry, address, { shard, seq }) {
        if (entry.keys.length === 0) return;
        const blame = (detail: string): void => findings.violation({ address, shard, seq, detail });
        const remembered = rememberedBy.get(address) ?? new RememberedKeys(keysPerActorMax);
        rememberedBy.set(address, remembered);
        for (const { ticket, key, content, outcome } of entry.keys) {
          const id = `${address} ${ticket}`;
          const known = commands.get(id);
          if (known === undefined) {
            findings.checked();
            commands.set(id, { key, content, outcome });
            const earlier = remembered.ticketOf(key);
            if (earlier !== undefined)
              blame(`key ${key} is carried out twice, as tickets ${earlier} and ${ticket}`);
            if (outcome === undefined) remembered.open(key, ticket);
            else remembered.settle(key, ticket);
          } else if (known.key !== key || known.content !== content) {
            blame(`ticket ${ticket} stands for key ${known.key} and for key ${key}, or for two contents`);
          } else if (known.outcome === undefined) {
            known.outcome = outcome;
            if (outcome !== undefined) remembered.settle(key, ticket);
          } else if (outcome !== undefined && !Bun.deepEquals(known.outcome, outcome)) {
            blame(`key ${key} is settled as ${brief(known.outcome)} and as ${brief(outcome)}`);
          }
        }
      },
      shardEnd() {
        for (const { outcome } of commands.values()) if (outcome === undefined) findings.open();
        commands = new Map();
        rememberedBy = new Map();
      },
    };
  },
};

function brief(outcome: Outcome): string {
  return outcome.type === "done"
    ? `done ${JSON.stringify(outcome.reply)}`
    : `refused ${outcome.refusal.code}`;
}
