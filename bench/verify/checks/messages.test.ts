import { expect, test } from "bun:test";
import { examine, segment, violationsOf } from "../testing/planted.ts";
import { messages } from "./messages.ts";

const sent = (number: number, toShard = 1) => ({
  toShard,
  number,
  tenant: "main",
  kind: "inventory",
  id: "LAMP",
  version: 1,
  command: { type: "WakeUp" },
});

test("messages that are sent, received and noted in order pass", async () => {
  const segments = [
    segment(0, 1, { sent: [sent(1), sent(2), sent(1, 2)] }),
    segment(0, 2, { sent: [sent(3)], delivered: [[1, 2]] }),
    segment(1, 1, { received: [[0, 1]] }),
    segment(1, 2, { received: [[0, 2]] }),
  ];
  const report = await examine(messages, segments);
  expect(report.examples).toEqual([]);
  expect([report.checked, report.open]).toEqual([4, 2]);
});

test("a gap between the numbers is found", async () => {
  const found = await violationsOf(messages, [segment(0, 1, { sent: [sent(1), sent(3)] })]);
  expect(found).toEqual(["message 3 to shard 1 follows number 1"]);
});

test("a message that takes effect twice is found", async () => {
  const segments = [
    segment(0, 1, { sent: [sent(1)] }),
    segment(1, 1, { received: [[0, 1]] }),
    segment(1, 2, { received: [[0, 1]] }),
  ];
  expect(await violationsOf(messages, segments)).toEqual([
    "message 1 from shard 0 takes effect again after number 1",
  ]);
});

test("a message that nobody sent is found", async () => {
  const segments = [segment(0, 1, { sent: [sent(1)] }), segment(1, 1, { received: [[0, 2]] })];
  expect(await violationsOf(messages, segments)).toEqual(["shards 0>1: 2 messages received, 1 sent"]);
});

test("a message that is noted as delivered before it is received is found", async () => {
  const segments = [segment(0, 1, { sent: [sent(1)] }), segment(0, 2, { delivered: [[1, 1]] })];
  expect(await violationsOf(messages, segments)).toEqual([
    "shards 0>1: 1 messages noted as delivered, 0 received",
  ]);
});
