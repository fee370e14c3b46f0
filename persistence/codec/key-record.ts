import type { Data } from "../../engine/contract/data.ts";
import type { Outcome, Refusal, RefusalValues } from "../../engine/contract/outcome.ts";
import type { KeyRecord } from "../../engine/contract/segment.ts";
import type { DenseReader } from "./dense/reader.ts";
import type { DenseWriter } from "./dense/writer.ts";

/** A key record by position: ticket, key, content and the outcome, if there is one yet. */
export type PackedKeyRecord =
  | readonly [ticket: number, key: string, content: string]
  | readonly [ticket: number, key: string, content: string, outcome: PackedOutcome];

type PackedOutcome =
  | readonly [reply: Data]
  // Releases that know no values read the first four.
  | readonly [
      code: string,
      detail: string,
      field: string | null,
      retryAfterMs: number | null,
      values?: RefusalValues,
    ];

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

// How a key record goes on behind its content.
const OPEN = 0;
const DONE = 1;
const REFUSED = 2;
/** Beside one of these: the content is a fingerprint, which takes eight bytes. */
const FINGERPRINT = 4;

/** Writes a key record, each field at its place. */
export function writeKeyRecord(writer: DenseWriter, { ticket, key, content, outcome }: KeyRecord): void {
  writer.count(ticket);
  writer.text(key);
  const at = writer.skip(1);
  const isFingerprint = writer.fingerprint(content);
  writer.setUint8(at, stageOf(outcome) | (isFingerprint ? FINGERPRINT : 0));
  if (!isFingerprint) writer.text(content);
  if (outcome?.type === "done") writer.value(outcome.reply);
  else if (outcome?.type === "refused") writer.value(packOutcome(outcome));
}

/** Reads {@link writeKeyRecord}. */
export function readKeyRecord(reader: DenseReader): KeyRecord {
  const ticket = reader.count();
  const key = reader.text();
  const head = reader.count();
  const content = (head & FINGERPRINT) === 0 ? reader.text() : reader.fingerprint();
  switch (head & ~FINGERPRINT) {
    case DONE:
      return { ticket, key, content, outcome: { type: "done", reply: reader.value() } };
    case REFUSED:
      return { ticket, key, content, outcome: unpackOutcome(reader.value() as unknown as PackedOutcome) };
    default:
      return { ticket, key, content };
  }
}

function stageOf(outcome: Outcome | undefined): number {
  if (outcome === undefined) return OPEN;
  return outcome.type === "done" ? DONE : REFUSED;
}

function packOutcome(outcome: Outcome): PackedOutcome {
  switch (outcome.type) {
    case "done":
      return [outcome.reply];
    case "refused": {
      const { code, detail, field, retryAfterMs, values } = outcome.refusal;
      const packed = [code, detail, field ?? null, retryAfterMs ?? null] as const;
      return values === undefined ? packed : [...packed, values];
    }
  }
}

function unpackOutcome(packed: PackedOutcome): Outcome {
  if (packed.length === 1) return { type: "done", reply: packed[0] };
  const [code, detail, field, retryAfterMs, values] = packed;
  const refusal: Refusal = {
    code,
    detail,
    ...(field === null ? {} : { field }),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
    ...(values === undefined ? {} : { values }),
  };
  return { type: "refused", refusal };
}
