import { parseActorId, parseKind, parseTenant } from "../../contract/address.ts";
import {
  ANSWER,
  COMMAND,
  DELIVERED,
  MESSAGE,
  MOVED,
  READ,
  UNWATCH,
  VIEW,
  WATCH,
  type Item,
} from "../items.ts";
import { parseEndpoint } from "./endpoint.ts";

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isTextOrNull: Check = (value) => value === null || isText(value);
const isTime: Check = (value) => typeof value === "number";
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isData: Check = (value) => value !== undefined;
const isTrueOrMissing: Check = (value) => value === undefined || value === true;
const isRefusalOrMissing: Check = (value) => value === undefined || isRefusal(value);

const ADDRESS: readonly Check[] = [
  (value) => typeof value === "string" && parseTenant(value) !== undefined,
  (value) => typeof value === "string" && parseKind(value) !== undefined,
  (value) => typeof value === "string" && parseActorId(value) !== undefined,
];

/** What follows each tag. A field that is missing is undefined, which only the last of some may be. */
const FORMS: ReadonlyMap<unknown, readonly Check[]> = new Map<Item[0], readonly Check[]>([
  [COMMAND, [isCount, ...ADDRESS, isTyped, isText, isTime, isTextOrNull, isRefusalOrMissing]],
  [READ, [isCount, ...ADDRESS]],
  [WATCH, ADDRESS],
  [UNWATCH, ADDRESS],
  [ANSWER, [isCount, isAnswer]],
  [VIEW, [isCount, ...ADDRESS, isCount, isCount, isData]],
  [MESSAGE, [isCount, isCount, isCount, ...ADDRESS, isTyped]],
  [DELIVERED, [isCount, isCount, isCount]],
  [MOVED, [isCount, isCount, isTrueOrMissing]],
]);

/** What only the owner of a shard says: to those who ask it, and to other owners. */
const OF_OWNERS: ReadonlySet<unknown> = new Set<Item[0]>([ANSWER, VIEW, MESSAGE, DELIVERED, MOVED]);

/**
 * Asserts that these are items which this sender may send. Within a node that goes without saying; on the bus whoever may publish there decides what comes, and
 * a thread that takes in anything else ends by it.
 * @throws Error
 */
export function assertItems(items: unknown, sender: string): asserts items is readonly Item[] {
  if (!Array.isArray(items) || !items.every(isItem))
    throw new Error("bus frame has something else than items");
  if (parseEndpoint(sender)?.role !== "lane" && items.some(([tag]) => OF_OWNERS.has(tag)))
    throw new Error("bus frame has what only lanes may say");
}

function isItem(item: unknown): boolean {
  if (!Array.isArray(item)) return false;
  const fields = item as readonly unknown[];
  const form = FORMS.get(fields[0]);
  if (form === undefined || fields.length > form.length + 1) return false;
  return form.every((check, at) => check(fields[at + 1]));
}

function isTyped(value: unknown): boolean {
  return isRecord(value) && isText(value["type"]);
}

/** What is done with an answer depends on its type, and on these. */
function isAnswer(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { type, refusal, retryAfterMs } = value;
  if (type === "refused") return isRefusal(refusal);
  if (type === "overloaded" || type === "unknown") return isTime(retryAfterMs);
  return type === "done" || type === "expired";
}

function isRefusal(value: unknown): boolean {
  return isRecord(value) && isText(value["code"]) && isText(value["detail"]);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
