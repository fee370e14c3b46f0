import { z } from "zod";
import type { Data, DataRecord } from "../../engine/contract/data.ts";

/** Version of the entries, written as the first line of a file. */
const HISTORY_VERSION = 1;

/** One thing that a client did or saw, as it is recorded. `op` numbers the operations of a record. */
export type HistoryEntry =
  | {
      readonly t: "invoke";
      readonly op: number;
      readonly client: string;
      readonly actor: string;
      readonly operation: string;
      readonly key: string;
      readonly fields: DataRecord;
      readonly atMs: number;
    }
  | {
      readonly t: "end";
      readonly op: number;
      readonly ending: "ok" | "refused" | "unknown";
      readonly value: Data;
      readonly atMs: number;
    }
  | { readonly t: "watch"; readonly client: string; readonly topic: string }
  | { readonly t: "unwatch"; readonly client: string; readonly topic: string }
  | {
      readonly t: "view";
      readonly client: string;
      readonly topic: string;
      readonly epoch: number;
      readonly offset: number;
      readonly value: Data;
      readonly atMs: number;
      readonly askedAtMs?: number | undefined;
    };

const data: z.ZodType<Data> = z.json();
const watch = { client: z.string(), topic: z.string() };

const entrySchema = z.discriminatedUnion("t", [
  z.object({
    t: z.literal("invoke"),
    op: z.int(),
    client: z.string(),
    actor: z.string(),
    operation: z.string(),
    key: z.string(),
    fields: z.record(z.string(), data),
    atMs: z.number(),
  }),
  z.object({
    t: z.literal("end"),
    op: z.int(),
    ending: z.enum(["ok", "refused", "unknown"]),
    value: data,
    atMs: z.number(),
  }),
  z.object({ t: z.literal("watch"), ...watch }),
  z.object({ t: z.literal("unwatch"), ...watch }),
  z.object({
    t: z.literal("view"),
    ...watch,
    epoch: z.int(),
    offset: z.int(),
    value: data,
    atMs: z.number(),
    askedAtMs: z.number().optional(),
  }),
]);

const headerSchema = z.object({ history: z.literal(HISTORY_VERSION) });

/** The first line of a file. */
export const HISTORY_HEADER = JSON.stringify({ history: HISTORY_VERSION });

/**
 * Parses lines of a file that come after so many others. The first line of all is the header.
 * @throws with the number of the first line that is no entry.
 */
export function parseHistory(lines: readonly string[], linesBefore: number): readonly HistoryEntry[] {
  return lines.flatMap((line, index) => {
    const number = linesBefore + index + 1;
    try {
      const parsed: unknown = JSON.parse(line);
      if (number > 1) return [entrySchema.parse(parsed)];
      headerSchema.parse(parsed);
      return [];
    } catch (error) {
      throw new Error(`line ${number} of the history cannot be read`, { cause: error });
    }
  });
}
