import { resolve } from "node:path";
import { HTTP_READS } from "../../gateway/protocol/http-routes.ts";
import { letInCount } from "../../gateway/protocol/queue-standing.ts";
import type { QueueView } from "../../gateway/protocol/views.ts";
import { openShops } from "../cli/open-shops.ts";
import { storefrontUrlOf } from "../shop/listening.ts";
import { momentText } from "./sale-words.ts";

/** What operators look at in a waiting room. */
export interface QueueFigures {
  /** People who came and were not let in yet. */
  readonly waiting: number;
  readonly letIn: number;
  readonly perMinute: number;
  readonly opensAtMs: number;
  readonly admissionMs: number;
}

// Somebody looks: a shop that does not answer at once is told of without its queue.
const ANSWER_MS = 2_000;

/** The queue of a sale as the shop at that address shows it; null where the sale has none. */
export async function readQueue(url: string, sale: string): Promise<QueueView | null> {
  const address = new URL(HTTP_READS.queue.replace(":sale", encodeURIComponent(sale)), url);
  const response = await fetch(address, { signal: AbortSignal.timeout(ANSWER_MS) });
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`the queue of ${sale} cannot be read: ${response.status}`);
  return (await response.json()) as QueueView;
}

/** The figures of a sale's queue; undefined when no shop is open on that directory, or it does not answer. */
export async function lookAtQueue(
  dataDirectory: string,
  sale: string,
  nowMs: number,
): Promise<QueueFigures | undefined> {
  const open = openShops(resolve(dataDirectory))[0];
  if (open === undefined) return undefined;
  const queue = await readQueue(storefrontUrlOf(open.shop), sale).catch(() => null);
  return queue === null ? undefined : figuresOf(queue, nowMs);
}

/** The figures in one line. */
export function queueText(figures: QueueFigures | undefined, nowMs: number): string {
  if (figures === undefined) return "not known: no shop is open on --data that tells";
  const { waiting, letIn, perMinute, opensAtMs } = figures;
  const number = (value: number): string => value.toLocaleString("en");
  if (opensAtMs > nowMs) return `opens ${momentText(opensAtMs)}, then ${number(perMinute)}/min`;
  return `${number(waiting)} waiting, ${number(perMinute)}/min, ${number(letIn)} let in`;
}

function figuresOf(queue: QueueView, nowMs: number): QueueFigures {
  const letIn = letInCount(queue, nowMs);
  const { opensAtMs, admissionMs, line } = queue;
  return { waiting: queue.issued - letIn, letIn, perMinute: line.perMinute, opensAtMs, admissionMs };
}
