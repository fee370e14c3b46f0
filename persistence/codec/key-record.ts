import type { Data } from "../../engine/contract/data.ts";
import type { Outcome, Refusal } from "../../engine/contract/outcome.ts";
import type { KeyRecord } from "../../engine/contract/segment.ts";

/** A key record by position: ticket, key, content and the outcome, if there is one yet. */
export type PackedKeyRecord =
  | readonly [ticket: number, key: string, content: string]
  | readonly [ticket: number, key: string, content: string, outcome: PackedOutcome];

type PackedOutcome =
  | readonly [reply: Data]
  | readonly [code: string, detail: string, field: string | null, retryAfterMs: number | null];

/** Puts a key record into positions. */
export function packKeyRecord(record: KeyRecord): PackedKeyRecord {
  const { ticket, key, content, outcome } = record;
  return outcome === undefined ? [ticket, key, content] : [ticket, key, content, packOutcome(outcome)];
}

/** The key record of {@link packKeyRecord}. */
export function unpackKeyRecord(packed: PackedKeyRecord): KeyRecord {
  const [ticket, key, content, outcome] = packed;
  return outcome === undefined
    ? { ticket, key, content }
    : { ticket, key, content, outcome: unpackOutcome(outcome) };
}

function packOutcome(outcome: Outcome): PackedOutcome {
  switch (outcome.type) {
    case "done":
      return [outcome.reply];
    case "refused": {
      const { code, detail, field, retryAfterMs } = outcome.refusal;
      return [code, detail, field ?? null, retryAfterMs ?? null];
    }
  }
}

function unpackOutcome(packed: PackedOutcome): Outcome {
  if (packed.length === 1) return { type: "done", reply: packed[0] };
  const [code, detail, field, retryAfterMs] = packed;
  const refusal: Refusal = {
    code,
    detail,
    ...(field === null ? {} : { field }),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  };
  return { type: "refused", refusal };
}
