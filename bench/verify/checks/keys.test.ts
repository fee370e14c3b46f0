import { expect, test } from "bun:test";
import { done, refused } from "../../../engine/contract/outcome.ts";
import { defaultLaneLimits } from "../../../engine/lane/limits.ts";
import { entry, examine, segment, violationsOf } from "../testing/planted.ts";
import { keys } from "./keys.ts";

const CART = "main/cart/CART";
const open = { ticket: 1, key: "k", content: "c" };
const settled = { ...open, outcome: done({ line: 1 }) };
const settledAs = (key: string, ticket: number) => ({ ...settled, key, ticket });

test("a key that is opened, then settled, and settled alike again passes", async () => {
  const segments = [
    segment(0, 1, { actors: [entry(CART, [], [open])] }),
    segment(0, 2, { actors: [entry(CART, [], [settled])] }),
    segment(0, 3, { actors: [entry(CART, [], [settled, { ticket: 2, key: "l", content: "c" }])] }),
    segment(1, 1, { actors: [entry("other/cart/CART", [], [settled])] }),
  ];
  const report = await examine(keys, segments);
  expect(report.examples).toEqual([]);
  expect([report.checked, report.open]).toEqual([3, 1]);
});

test("a key that is settled in two ways is found", async () => {
  const outcome = refused({ code: "sold_out", detail: "Sold out." });
  const records = [settled, { ...open, outcome }];
  const found = await violationsOf(keys, [segment(0, 1, { actors: [entry(CART, [], records)] })]);
  expect(found).toEqual(['key k is settled as done {"line":1} and as refused sold_out']);
});

test("a key that is carried out twice is found", async () => {
  const records = [settled, { ...settled, ticket: 2 }];
  const found = await violationsOf(keys, [segment(0, 1, { actors: [entry(CART, [], records)] })]);
  expect(found).toEqual(["key k is carried out twice, as tickets 1 and 2"]);
});

test("a key that is carried out again after the actor has forgotten it is as good as new", async () => {
  const keysPerActor = defaultLaneLimits.keysPerActorMax;
  const others = Array.from({ length: keysPerActor }, (_, index) => settledAs(`k${index}`, 2 + index));
  const again = { ...settled, ticket: keysPerActor + 2 };
  const remembered = [settled, ...others.slice(1), again];
  expect(await violationsOf(keys, [segment(0, 1, { actors: [entry(CART, [], remembered)] })])).toEqual([
    `key k is carried out twice, as tickets 1 and ${again.ticket}`,
  ]);
  const forgotten = [settled, ...others, again];
  expect(await violationsOf(keys, [segment(0, 1, { actors: [entry(CART, [], forgotten)] })])).toEqual([]);
});

test("a key that is open, or was refused, and is begun again is found", async () => {
  const refusal = refused({ code: "sold_out", detail: "Sold out." });
  for (const before of [open, { ...open, outcome: refusal }]) {
    const records = [before, { ...open, ticket: 2 }];
    const found = await violationsOf(keys, [segment(0, 1, { actors: [entry(CART, [], records)] })]);
    expect(found).toEqual(["key k is carried out twice, as tickets 1 and 2"]);
  }
});

test("a ticket that stands for two contents is found", async () => {
  const records = [open, { ...settled, content: "another" }];
  const found = await violationsOf(keys, [segment(0, 1, { actors: [entry(CART, [], records)] })]);
  expect(found).toEqual(["ticket 1 stands for key k and for key k, or for two contents"]);
});
