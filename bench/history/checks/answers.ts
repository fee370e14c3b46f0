import type { Data } from "../../../engine/contract/data.ts";
import type { KeyRecord } from "../../../engine/contract/segment.ts";
import type { Check, Evidence } from "../../verify/check.ts";
import type { Violation } from "../../verify/findings.ts";
import { keyName, type History, type Operation } from "../history.ts";

/** Commands that store something whenever they are carried out: an `ok` that the journal does not have is lost. */
const STORED_OPERATIONS = new Set(["AddLine", "CheckOut", "ReceiveStock", "AdjustStock", "ReturnLines"]);

/** What clients were told against what the journal says about their keys. */
export function answers({ operations }: Pick<History, "operations">): Check<Evidence> {
  return {
    name: "answers",
    sentence: "What a client was told is what the journal says about its key, however often it asked.",
    subject: "answered operations",
    begin({ findings }) {
      const told = groupByKey(operations);
      for (const same of told.values()) {
        findings.checked(same.length);
        const detail = contradiction(same);
        if (detail !== undefined) findings.violation({ address: same[0]?.actor ?? "", detail });
      }
      const missing = new Map<string, Operation>();
      for (const [name, same] of told) {
        const done = same.find(
          ({ ending, operation }) => ending === "ok" && STORED_OPERATIONS.has(operation),
        );
        if (done !== undefined) missing.set(name, done);
      }
      return {
        entry(entry, address, { shard, seq }) {
          for (const record of entry.keys) {
            const name = keyName(address, record.key);
            const known = told.get(name);
            if (known === undefined || record.outcome === undefined) continue;
            if (record.outcome.type === "done") missing.delete(name);
            for (const operation of known) {
              const detail = difference(operation, record);
              if (detail !== undefined) findings.violation({ address, shard, seq, detail });
            }
          }
        },
        end() {
          for (const operation of missing.values()) findings.violation(lost(operation));
        },
      };
    },
  };
}

/** Operations with an answer, by the name of their key. */
function groupByKey(operations: readonly Operation[]): ReadonlyMap<string, readonly Operation[]> {
  const byKey = new Map<string, Operation[]>();
  for (const operation of operations) {
    if (operation.ending === "unknown") continue;
    const name = keyName(operation.actor, operation.key);
    const known = byKey.get(name);
    if (known === undefined) byKey.set(name, [operation]);
    else known.push(operation);
  }
  return byKey;
}

/** Two `ok` answers to one key that differ. A refusal is not remembered where nothing came of it, so it may change. */
function contradiction(same: readonly Operation[]): string | undefined {
  const [first, ...others] = same.filter(({ ending }) => ending === "ok");
  const other = others.find(({ value }) => !Bun.deepEquals(value, first?.value));
  if (first === undefined || other === undefined) return undefined;
  return `key ${first.key} was answered with ${write(first.value)} and with ${write(other.value)}`;
}

/** What the journal says otherwise about an operation that ended ok; refusals are looked at by another check. */
function difference(operation: Operation, { key, outcome }: KeyRecord): string | undefined {
  if (operation.ending !== "ok" || outcome === undefined) return undefined;
  const told = write(operation.value);
  if (outcome.type === "refused") {
    return `key ${key} was answered with ${told}, the journal has it refused: ${outcome.refusal.code}`;
  }
  if (Bun.deepEquals(outcome.reply, operation.value)) return undefined;
  return `key ${key} was answered with ${told}, the journal has ${write(outcome.reply)}`;
}

function lost({ actor, client, operation, key, value }: Operation): Violation {
  const detail = `${operation} of ${client}, key ${key}, was answered with ${write(value)}, the journal does not have it`;
  return { address: actor, detail };
}

function write(value: Data): string {
  return JSON.stringify(value);
}
