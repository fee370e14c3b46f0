import { describe, expect, test } from "bun:test";
import type { Data } from "../engine/contract/data.ts";
import type { AnyDecider } from "../engine/contract/decider.ts";
import type { ActorSnapshot, SegmentBody } from "../engine/contract/segment.ts";
import { misfitsOf } from "../engine/contract/testing/misfits.ts";
import { upcastBody, upcastSnapshot } from "../engine/contract/upcast.ts";
import { shopDeciders } from "./shop.ts";
import type { History, StoredMessages, StoredShapes } from "./testing/stored-shapes.ts";
import type { Commands } from "./testing/test-shop.ts";
import { addressIn } from "./testing/test-shop.ts";

/** Every version of every kind that a release has ever stored. The files are never changed. */
const STORED = shopDeciders.flatMap((decider) =>
  Array.from({ length: decider.version }, (_, index) => ({
    decider,
    kind: decider.kind as keyof Commands,
    version: index + 1,
  })),
);

describe.each(STORED)("what $kind version $version has stored", ({ decider, kind, version }) => {
  const read = (end: string) => file(kind, version, end);

  test("still folds to the snapshot that it gave then, in the shapes of today", async () => {
    for (const history of (await read(".json")) as readonly History[]) {
      const state = fold(decider, kind, version, history);
      expect(JSON.stringify(decider.toSnapshot(state))).toBe(today(decider, version, history.snapshot));
    }
  });

  test("still loads from its snapshot", async () => {
    for (const { id, snapshot } of (await read(".json")) as readonly History[]) {
      const stored = today(decider, version, snapshot);
      const state: unknown = decider.fromSnapshot(JSON.parse(stored) as Data, addressIn(kind, id));
      expect(JSON.stringify(decider.toSnapshot(state))).toBe(stored);
    }
  });

  test("has the shapes of today once it is upcast", async () => {
    const shapes = (await file(kind, decider.version, ".shapes.json")) as StoredShapes;
    const histories = (await read(".json")) as readonly History[];
    const { commands, requests } = (await read(".messages.json")) as StoredMessages;
    const stored = { tenant: "shop", kind, id: "1", version, number: 1 };
    const body = upcastBody(
      {
        ...NOTHING,
        atMs: 0,
        actors: histories.map(({ events }) => ({
          ...stored,
          events: events.map(({ event }) => event),
          keys: [],
        })),
        sent: commands.map((command) => ({ ...stored, toShard: 1, command })),
        called: requests.map((request) => ({ ...stored, port: "payment", request })),
      },
      new Map([[kind, decider]]),
    );
    for (const entry of body.actors)
      for (const event of entry.events) expect(misfitsOf(event, shapes.events)).toEqual([]);
    for (const { command } of body.sent) expect(misfitsOf(command, shapes.commands)).toEqual([]);
    for (const { request } of body.called) expect(misfitsOf(request, shapes.requests)).toEqual([]);
    for (const { snapshot } of histories)
      expect(misfitsOf(JSON.parse(today(decider, version, snapshot)), shapes.snapshot)).toEqual([]);
    expect([body.sent.length > 0, body.called.length > 0]).toEqual([true, kind === "order"]);
  });

  test("shows every type of event", async () => {
    const histories = (await read(".json")) as readonly History[];
    const { events } = (await read(".shapes.json")) as StoredShapes;
    const types = histories.flatMap((history) => history.events.map(({ event }) => event.type));
    expect([...new Set(types)].sort()).toEqual(Object.keys(events).filter((place) => !place.includes(".")));
  });
});

function file(kind: string, version: number, end: string): Promise<unknown> {
  return Bun.file(`${import.meta.dir}/golden/${kind}-${version}${end}`).json();
}

function fold(decider: AnyDecider, kind: keyof Commands, version: number, { id, events }: History): unknown {
  let state: unknown = decider.initial(addressIn(kind, id));
  for (const { event, atMs } of events) {
    const entry = { tenant: "shop", kind, id, version, events: [event], keys: [] };
    const body: SegmentBody = { ...NOTHING, atMs, actors: [entry] };
    for (const current of upcastBody(body, new Map([[kind, decider]])).actors)
      for (const upcast of current.events) state = decider.evolve(state, upcast, atMs);
  }
  return state;
}

/** A stored snapshot as this release would have stored it, as text. */
function today(decider: AnyDecider, version: number, state: Data): string {
  const stored: ActorSnapshot = { version, state, ticket: 0, keys: [] };
  return JSON.stringify(upcastSnapshot(stored, decider)?.state);
}

const NOTHING = { sent: [], delivered: [], received: [], called: [], answered: [] } as const;
