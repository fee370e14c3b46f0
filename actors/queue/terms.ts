import { parseActorId } from "../../engine/contract/address.ts";
import type { Refusal } from "../../engine/contract/outcome.ts";
import { limits } from "../limits.ts";
import type { QueueTerms } from "./messages.ts";

/** Why a waiting room cannot have these terms; undefined when it can. Code `invalid_queue` with the field. */
export function termsFault(sale: string, terms: QueueTerms): Refusal | undefined {
  const { opensAtMs, startsAtMs, endsAtMs, admissionMs, admitPerMinute } = terms;
  if (parseActorId(sale) === undefined)
    return invalid("sale", "A sale with a waiting room must have an id of letters, digits and ._:#@~+-.");
  for (const [field, atMs] of Object.entries({ opensAtMs, startsAtMs, endsAtMs }))
    if (!Number.isSafeInteger(atMs) || atMs < 0)
      return invalid(field, "The time must be whole milliseconds since 1970.");
  if (opensAtMs > startsAtMs)
    return invalid("opensAtMs", "The waiting room must open before the sale starts.");
  if (endsAtMs <= startsAtMs) return invalid("endsAtMs", "The sale must end after it starts.");
  const { admissionMsMin, admissionMsMax } = limits;
  if (!(Number.isSafeInteger(admissionMs) && admissionMs >= admissionMsMin && admissionMs <= admissionMsMax))
    return invalid(
      "admissionMs",
      `Whoever is let in must have ${admissionMsMin} to ${admissionMsMax} ms to buy.`,
      admissionMsMax,
    );
  return rateFault(admitPerMinute);
}

/** Why people cannot be let in at that rate; undefined when they can. */
export function rateFault(admitPerMinute: number): Refusal | undefined {
  const { admitPerMinuteMax } = limits;
  if (Number.isSafeInteger(admitPerMinute) && admitPerMinute >= 0 && admitPerMinute <= admitPerMinuteMax)
    return undefined;
  return invalid(
    "admitPerMinute",
    `The people who are let in per minute must be a whole number from 0 to ${admitPerMinuteMax}.`,
    admitPerMinuteMax,
  );
}

function invalid(field: string, detail: string, limit?: number): Refusal {
  return { code: "invalid_queue", detail, field, ...(limit === undefined ? {} : { values: { limit } }) };
}
