import { expect, test } from "bun:test";
import type { EndpointAnswer } from "../../webhooks/endpoint-answers.ts";
import { changeText, endpointListText, endpointText, failedText } from "./endpoint-text.ts";

const ENDPOINT: EndpointAnswer = {
  id: "0193570f-2c1e-7a60-b3d4-5e6f70819203",
  tenant: "shop",
  url: "https://warehouse.example/hooks",
  types: ["order.confirmed", "order.returned"],
  allowsPrivate: false,
  allowsPlain: false,
  state: "suspended",
  reason: "it answered 410 Gone",
  createdAtMs: Date.parse("2026-11-20T10:00:00Z"),
  failingSinceMs: Date.parse("2026-11-22T10:00:00Z"),
  lastDeliveredAtMs: null,
  lastFailure: "it answered 410 Gone",
  previousSecretUntilMs: null,
  revision: 2,
  waiting: 3,
  dead: 1,
};

test("endpoints are listed with how they take what they get", () => {
  const [head, row] = endpointListText([ENDPOINT], 0).split("\n");
  expect(head?.split(/ {2,}/)).toEqual([
    "ENDPOINT",
    "STATE",
    "TO RETRY",
    "DEAD",
    "LAST TAKEN",
    "URL",
    "TYPES",
  ]);
  expect(row?.split(/ {2,}/)).toEqual([
    "70819203",
    "suspended",
    "3",
    "1",
    "never",
    "https://warehouse.example/hooks",
    "order.confirmed,order.returned",
  ]);
  expect(endpointListText([], 0)).toBe("there are no endpoints; webhooks add makes one\n");
});

test("one is shown with why it is told nothing", () => {
  const text = endpointText(ENDPOINT);
  expect(text).toMatch(/^state +suspended: it answered 410 Gone$/m);
  expect(text).toMatch(/^failing since +2026-11-22 10:00:00$/m);
  expect(text).toMatch(/^last taken +-$/m);
});

test("one that is active and takes nothing says since when", () => {
  const failing = { ...ENDPOINT, state: "active", reason: null } as const;
  expect(endpointListText([failing], 0)).toContain("  active, failing since 10:00 UTC  ");
  expect(endpointText(failing)).toMatch(/^state +active, failing since 10:00 UTC$/m);
  expect(endpointText({ ...failing, failingSinceMs: null })).toMatch(/^state +active$/m);
});

test("a secret is shown with the word that this was the only time", () => {
  const change = { endpoint: ENDPOINT, isChanged: true, detail: "has a new secret", secret: "whsec_1" };
  expect(changeText("any")(change)).toBe(
    "70819203 has a new secret\nsecret whsec_1\nIt is not shown again.\n",
  );
  expect(changeText("any")({ ...change, endpoint: null, secret: null })).toBe("any has a new secret\n");
});

test("dead letters are listed with the id that replays them", () => {
  const letter = {
    endpoint: ENDPOINT.id,
    id: "17-2-0-batch",
    type: "order.confirmed",
    subject: "order/A~1",
    occurredAtMs: 0,
    attempts: 30,
    lastFailure: "answered 422",
    diedAtMs: 1,
    body: "{}",
  };
  expect(failedText([letter]).split("\n")[1]?.split(/ {2,}/)).toEqual([
    "70819203",
    "1970-01-01 00:00:00",
    "order.confirmed",
    "order/A~1",
    "answered 422",
    "17-2-0-batch",
  ]);
});
