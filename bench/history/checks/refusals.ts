import type { Check } from "../../verify/check.ts";
import { keyName, type History, type Operation } from "../history.ts";

/** A key under which something else was asked before: its own refusal says nothing about the first command. */
const KEY_REUSED = "key_reused";

/** A "no" is a "no": nothing came of it, then or later. */
export function refusals({ operations }: Pick<History, "operations">): Check {
  return {
    name: "refusals",
    sentence: "A command that was refused, and not given again under its key, has had no effect.",
    subject: "refused operations",
    begin({ findings }) {
      const refused = onlyRefused(operations);
      findings.checked(refused.size);
      return {
        entry(entry, address, { shard, seq }) {
          for (const { key, outcome } of entry.keys) {
            const operation = refused.get(keyName(address, key));
            if (operation === undefined || outcome === undefined) continue;
            if (outcome.type === "refused" && outcome.refusal.code === operation.value) continue;
            const kept = outcome.type === "done" ? "carried out" : `refused as ${outcome.refusal.code}`;
            const told = JSON.stringify(operation.value);
            const detail = `key ${key} was refused as ${told}, the journal has it ${kept}`;
            findings.violation({ address, shard, seq, detail });
          }
        },
      };
    },
  };
}

/** Keys whose every operation ended refused, with the last of them. */
function onlyRefused(operations: readonly Operation[]): ReadonlyMap<string, Operation> {
  const refused = new Map<string, Operation>();
  const others = new Set<string>();
  for (const operation of operations) {
    const name = keyName(operation.actor, operation.key);
    if (operation.ending !== "refused") others.add(name);
    else if (operation.value === KEY_REUSED) others.add(name);
    else refused.set(name, operation);
  }
  for (const name of others) refused.delete(name);
  return refused;
}
