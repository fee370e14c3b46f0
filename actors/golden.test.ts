import { describe, expect, test } from "bun:test";
import type { Data } from "../engine/contract/data.ts";
import { shopDeciders } from "./shop.ts";
import type { Commands, LoggedEvent } from "./testing/test-shop.ts";
import { addressIn } from "./testing/test-shop.ts";

/** An actor as a version of its decider wrote it. */
interface GoldenActor {
  readonly id: string;
  readonly events: readonly LoggedEvent[];
  readonly snapshot: Data;
}

/** Every event type that the version wrote. The files are never changed: a new shape gets a new version and a new file. */
const GOLDEN: readonly { kind: keyof Commands; version: number; eventTypes: number }[] = [
  { kind: "inventory", version: 1, eventTypes: 11 },
  { kind: "cart", version: 1, eventTypes: 12 },
  { kind: "order", version: 1, eventTypes: 12 },
];

describe.each(GOLDEN)("what $kind version $version has stored", ({ kind, version, eventTypes }) => {
  const file = Bun.file(`${import.meta.dir}/golden/${kind}-${version}.json`);
  const decider = shopDeciders.find((candidate) => candidate.kind === kind);

  test("still folds to the snapshot that it gave then", async () => {
    const actors = (await file.json()) as GoldenActor[];
    for (const { id, events, snapshot } of actors) {
      let state: unknown = decider?.initial(addressIn(kind, id));
      for (const { event, atMs } of events) state = decider?.evolve(state, event, atMs);
      expect(JSON.stringify(decider?.toSnapshot(state))).toBe(JSON.stringify(snapshot));
    }
  });

  test("still loads from its snapshot", async () => {
    const actors = (await file.json()) as GoldenActor[];
    for (const { id, snapshot } of actors) {
      const state: unknown = decider?.fromSnapshot(snapshot, addressIn(kind, id));
      expect(JSON.stringify(decider?.toSnapshot(state))).toBe(JSON.stringify(snapshot));
    }
  });

  test("shows every type of event", async () => {
    const actors = (await file.json()) as GoldenActor[];
    const types = new Set(actors.flatMap(({ events }) => events.map(({ event }) => event.type)));
    expect(types.size).toBe(eventTypes);
  });
});

test("every kind has a golden file of its version", () => {
  expect(GOLDEN.map(({ kind, version }) => ({ kind, version }))).toEqual(
    shopDeciders.map(({ kind, version }) => ({ kind: kind as keyof Commands, version })),
  );
});
