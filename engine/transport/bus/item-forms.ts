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

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isTextOrNull: Check = (value) => value === null || isText(value);
const isTime: Check = (value) => typeof value === "number";
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isData: Check = () => true;

const ADDRESS: readonly Check[] = [
  (value) => typeof value === "string" && parseTenant(value) !== undefined,
  (value) => typeof value === "string" && parseKind(value) !== undefined,
  (value) => typeof value === "string" && parseActorId(value) !== undefined,
];

/** What follows each tag. */
const FORMS: ReadonlyMap<unknown, readonly Check[]> = new Map<Item[0], readonly Check[]>([
  [COMMAND, [isCount, ...ADDRESS, isTyped, isText, isTime, isTextOrNull]],
  [READ, [isCount, ...ADDRESS]],
  [WATCH, ADDRESS],
  [UNWATCH, ADDRESS],
  [ANSWER, [isCount, isTyped]],
  [VIEW, [isCount, ...ADDRESS, isCount, isCount, isData]],
  [MESSAGE, [isCount, isCount, isCount, ...ADDRESS, isTyped]],
  [DELIVERED, [isCount, isCount, isCount]],
  [MOVED, [isCount, isCount]],
]);

/**
 * Asserts that these are items. Within a node that goes without saying; on the bus whoever may publish there decides what comes, and
 * a thread that takes in anything else ends by it.
 * @throws Error
 */
export function assertItems(items: unknown): asserts items is readonly Item[] {
  if (!Array.isArray(items) || !items.every(isItem))
    throw new Error("bus frame has something else than items");
}

function isItem(item: unknown): boolean {
  if (!Array.isArray(item)) return false;
  const [tag, ...fields] = item as readonly unknown[];
  const form = FORMS.get(tag);
  if (form === undefined) return false;
  // The only field that may be missing.
  if (tag === MOVED && fields.length > form.length && fields.pop() !== true) return false;
  return fields.length === form.length && form.every((check, at) => check(fields[at]));
}

function isTyped(value: unknown): boolean {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
