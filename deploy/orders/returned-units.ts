import { kinds } from "../../actors/mail.ts";
import type { OrderEvent } from "../../actors/order/messages.ts";
import type { Journal } from "../../engine/ports/journal.ts";
import { TENANT } from "../config.ts";
import { lastSegmentBefore } from "./segments-since.ts";

/** Units that were returned of the lines of orders. */
export interface ReturnedUnits {
  of(orderId: string, line: number): number;
}

/** Which part of the journal is read. */
export interface ReturnedUnitsOptions {
  /** Number of the last segment by shard. */
  readonly positions: ReadonlyMap<number, number>;
  /** Of orders placed at this time or later, milliseconds since the epoch: they were returned after that. */
  readonly sinceMs: number;
  readonly signal: AbortSignal;
  readonly progress: (segments: number) => void;
}

/** Collects from the journal what was returned: the read models know the money that went back, not for which units. */
export async function readReturnedUnits(
  journal: Journal,
  { positions, sinceMs, signal, progress }: ReturnedUnitsOptions,
): Promise<ReturnedUnits> {
  const units = new Map<string, number>();
  let segments = 0;
  for (const [shard, headSeq] of positions) {
    const afterSeq = sinceMs > 0 ? await lastSegmentBefore(journal, shard, { headSeq, sinceMs }) : 0;
    for await (const page of journal.read(shard, afterSeq)) {
      signal.throwIfAborted();
      const known = page.filter(({ seq }) => seq <= headSeq);
      for (const { tenant, kind, id, events } of known.flatMap(({ body }) => body.actors))
        if (tenant === TENANT && kind === kinds.order) count(units, id, events as readonly OrderEvent[]);
      progress((segments += known.length));
      if (known.length < page.length) break;
    }
  }
  return { of: (orderId, line) => units.get(unitsKey(orderId, line)) ?? 0 };
}

function count(units: Map<string, number>, orderId: string, events: readonly OrderEvent[]): void {
  for (const event of events) {
    if (event.type !== "ReturnRequested") continue;
    for (const { line, quantity } of event.lines) {
      const key = unitsKey(orderId, line);
      units.set(key, (units.get(key) ?? 0) + quantity);
    }
  }
}

function unitsKey(orderId: string, line: number): string {
  return `${orderId}/${line}`;
}
