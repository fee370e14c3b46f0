import { expect, test } from "bun:test";
import type { AnyDecider, VersionStep } from "./decider.ts";
import type { ActorEntry, SegmentBody } from "./segment.ts";
import { ANY_CONTENT } from "./segment.ts";
import { UnknownVersion, upcastBody, upcastSnapshot } from "./upcast.ts";

const atVersion = (version: number, upcasters: readonly VersionStep[]): AnyDecider =>
  ({ kind: "cart", version, upcasters }) as unknown as AnyDecider;

const knowing = (decider: AnyDecider) => new Map([[decider.kind, decider]]);

function bodyOf(entry: Partial<ActorEntry>): SegmentBody {
  const key = { ticket: 1, key: "k", content: "c1" };
  const actor = { tenant: "shop", kind: "cart", id: "C", version: 1, events: [{ type: "A" }], keys: [key] };
  return {
    atMs: 1,
    actors: [{ ...actor, ...entry }],
    sent: [],
    delivered: [],
    received: [],
    called: [],
    answered: [],
  };
}

const renaming = (to: string): VersionStep => ({ event: ({ type }) => [{ type: type + to }] });

test("steps go from the stored version to the newest, in order", () => {
  const decider = atVersion(4, [renaming("1"), renaming("2"), renaming("3")]);
  const upcast = (version: number) => upcastBody(bodyOf({ version }), knowing(decider)).actors[0];
  expect(upcast(1)).toMatchObject({ version: 4, events: [{ type: "A123" }] });
  expect(upcast(3)).toMatchObject({ version: 4, events: [{ type: "A3" }] });
});

test("what is current, or of a kind that nobody here knows, is not even copied", () => {
  const body = bodyOf({ version: 2 });
  expect(upcastBody(body, knowing(atVersion(2, [{}])))).toBe(body);
  const foreign = bodyOf({ kind: "sale", version: 7 });
  expect(upcastBody(foreign, knowing(atVersion(1, [])))).toBe(foreign);
});

test("a version without its step is a broken invariant, not a guess", () => {
  expect(() => upcastBody(bodyOf({ version: 1 }), knowing(atVersion(3, [{}])))).toThrow(
    "cart: not every older version has its step (1)",
  );
});

test("a newer event is refused by name; a newer snapshot counts as none", () => {
  const decider = atVersion(2, [{}]);
  expect(() => upcastBody(bodyOf({ version: 3 }), knowing(decider))).toThrow(UnknownVersion);
  expect(() => upcastBody(bodyOf({ version: 3 }), knowing(decider))).toThrow(
    "shop/cart/C has something of version 3",
  );
  expect(upcastSnapshot({ version: 3, state: 1, ticket: 0, keys: [] }, decider)).toBeUndefined();
});

test("keys keep what they were used for unless commands have changed", () => {
  const contentAfter = (step: VersionStep) =>
    upcastBody(bodyOf({}), knowing(atVersion(2, [step]))).actors[0]?.keys[0]?.content;
  expect(contentAfter(renaming("1"))).toBe("c1");
  expect(contentAfter({ command: (command) => command })).toBe(ANY_CONTENT);
});
