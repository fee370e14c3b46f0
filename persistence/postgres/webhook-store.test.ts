import { afterAll, beforeAll, expect, test } from "bun:test";
import { EndpointMoved } from "../../engine/ports/webhook-store.ts";
import type {
  NewEndpoint,
  OutgoingEvent,
  RoundRecord,
  WaitingLetter,
} from "../../engine/ports/webhook-store.ts";
import { migratedDatabase, type MigratedDatabase } from "../testing/migrated-database.ts";
import { postgresWebhookStore } from "./webhook-store.ts";

let database: MigratedDatabase;

beforeAll(async () => {
  database = await migratedDatabase();
});

afterAll(() => database.close());

const NOTHING: RoundRecord = {
  steps: [],
  settled: [],
  waiting: [],
  dead: [],
  health: { failingSinceMs: null, lastDeliveredAtMs: null, lastFailure: null },
  suspension: null,
};

async function added(positions: readonly (readonly [number, number])[] = [[3, 10]]) {
  const store = postgresWebhookStore(database.database);
  const endpoint: NewEndpoint = {
    id: crypto.randomUUID(),
    tenant: "shop",
    url: "https://example.com/hooks",
    types: ["order.confirmed", "product.sold_out"],
    allowsPrivate: false,
    allowsPlain: false,
    secret: "whsec_first",
  };
  await store.add(endpoint, positions, 1_000);
  return { store, id: endpoint.id, endpoint };
}

function letter(seq: number, changes: Partial<WaitingLetter> = {}): WaitingLetter {
  const event: OutgoingEvent = {
    id: `3-${seq}-0-batch`,
    shard: 3,
    seq,
    ordinal: 0,
    type: "order.confirmed",
    subject: `order/${seq}`,
    occurredAtMs: 5,
    body: '{"a":"\\"é"}',
  };
  return { event, attempts: 2, firstFailedAtMs: 7, dueAtMs: 9, lastFailure: "answered 500", ...changes };
}

test("an endpoint is what it was made with, and is made once", async () => {
  const { store, id, endpoint } = await added();
  const { secret, ...shown } = endpoint;
  expect(await store.find(id)).toMatchObject({ ...shown, state: "active", revision: 1, secrets: [secret] });
  expect(await store.add(endpoint, [], 2_000)).toBeUndefined();
  expect(await store.positions(id)).toEqual(new Map([[3, 10]]));
  expect(await store.find(crypto.randomUUID())).toBeUndefined();
});

test("what a round has come to is stored together, and only from where the positions stand", async () => {
  const { store, id } = await added();
  const health = { failingSinceMs: 11, lastDeliveredAtMs: 12, lastFailure: "answered 500" };
  const steps = [
    { shard: 3, oldSeq: 10, newSeq: 14 },
    { shard: 5, oldSeq: 0, newSeq: 2 },
  ];
  const dead = { ...letter(12), diedAtMs: 20 };
  await store.record(id, { ...NOTHING, steps, waiting: [letter(11)], dead: [dead], health });
  expect(await store.waiting(id)).toEqual([letter(11)]);
  expect(await store.dead(id, 10)).toEqual([dead]);
  const isDead = [letter(12), letter(11), letter(13)].map(({ event }) => store.isDead(id, event.id));
  expect(await Promise.all(isDead)).toEqual([true, false, false]);
  expect(await store.find(id)).toMatchObject({ ...health, revision: 1 });
  expect(await store.counts(id)).toEqual({ waiting: 1, dead: 1 });
  const late = { ...NOTHING, steps: [{ shard: 3, oldSeq: 10, newSeq: 15 }], waiting: [letter(15)] };
  await expect(store.record(id, late)).rejects.toBeInstanceOf(EndpointMoved);
  await expect(
    store.record(id, { ...NOTHING, steps: [{ shard: 5, oldSeq: 0, newSeq: 9 }] }),
  ).rejects.toBeInstanceOf(EndpointMoved);
  expect(await store.waiting(id)).toEqual([letter(11)]);
  expect(await store.positions(id)).toEqual(
    new Map([
      [3, 14],
      [5, 2],
    ]),
  );
  const changed = letter(11, { attempts: 3, dueAtMs: 99 });
  await store.record(id, { ...NOTHING, waiting: [changed] });
  expect(await store.waiting(id)).toEqual([changed]);
  await store.record(id, { ...NOTHING, settled: [changed.event.id] });
  expect(await store.waiting(id)).toEqual([]);
});

test("a suspended endpoint says why, and resuming it gives what waits all of its time again", async () => {
  const { store, id } = await added();
  const health = { failingSinceMs: 1, lastDeliveredAtMs: null, lastFailure: "answered 500" };
  await store.record(id, { ...NOTHING, waiting: [letter(11)], health, suspension: "it takes nothing" });
  expect(await store.find(id)).toMatchObject({ state: "suspended", reason: "it takes nothing", revision: 2 });
  await store.change(id, { type: "Resume", nowMs: 500 });
  expect(await store.find(id)).toMatchObject({
    state: "active",
    reason: null,
    failingSinceMs: null,
    revision: 3,
  });
  expect(await store.waiting(id)).toEqual([letter(11, { attempts: 0, firstFailedAtMs: null, dueAtMs: 500 })]);
});

test("a new secret comes first, and that of before stays beside it", async () => {
  const { store, id } = await added();
  await store.change(id, { type: "RotateSecret", secret: "whsec_second", previousUntilMs: 7_000 });
  expect(await store.find(id)).toMatchObject({
    secrets: ["whsec_second", "whsec_first"],
    previousSecretUntilMs: 7_000,
  });
});

test("dead letters come back, one or all of them", async () => {
  const { store, id } = await added();
  const dead = [11, 12, 13].map((seq) => ({ ...letter(seq), diedAtMs: seq }));
  await store.record(id, { ...NOTHING, dead });
  expect((await store.dead(id, 2)).map(({ event: { seq } }) => seq)).toEqual([13, 12]);
  expect(await store.revive(id, "3-12-0-batch", 300)).toBe(1);
  expect(await store.revive(id, "3-12-0-batch", 300)).toBe(0);
  expect(await store.revive(id, undefined, 400)).toBe(2);
  expect((await store.waiting(id)).map(({ attempts, dueAtMs }) => [attempts, dueAtMs])).toEqual([
    [0, 400],
    [0, 300],
    [0, 400],
  ]);
  expect((await store.find(id))?.revision).toBe(3);
});

test("taken back, positions never go forward, and dead letters that are told again are dropped", async () => {
  const { store, id } = await added([
    [3, 20],
    [4, 5],
  ]);
  await store.record(id, { ...NOTHING, dead: [11, 15].map((seq) => ({ ...letter(seq), diedAtMs: 1 })) });
  const back: readonly (readonly [number, number])[] = [
    [3, 12],
    [4, 9],
    [7, 1],
  ];
  expect(await store.takeBack(id, back)).toBe(1);
  expect(await store.positions(id)).toEqual(
    new Map([
      [3, 12],
      [4, 5],
    ]),
  );
  expect((await store.dead(id, 10)).map(({ event: { seq } }) => seq)).toEqual([11]);
});

test("dead letters are kept for a while, and so many of them", async () => {
  const { store, id } = await added();
  await store.record(id, {
    ...NOTHING,
    dead: [1, 2, 3, 4].map((seq) => ({ ...letter(seq), diedAtMs: seq * 100 })),
  });
  await store.tidy(150, 2);
  expect((await store.dead(id, 10)).map(({ event: { seq } }) => seq)).toEqual([4, 3]);
});

test("who is removed leaves nothing, and is told nothing more", async () => {
  const { store, id } = await added();
  await store.record(id, { ...NOTHING, waiting: [letter(11)] });
  expect(await store.remove(id)).toBe(true);
  expect(await store.remove(id)).toBe(false);
  expect([await store.positions(id), await store.waiting(id)]).toEqual([new Map(), []]);
  await expect(store.record(id, NOTHING)).rejects.toBeInstanceOf(EndpointMoved);
});
