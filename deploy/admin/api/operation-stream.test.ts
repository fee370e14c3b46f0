import { expect, test } from "bun:test";
import type { ClusterOperator } from "../../../engine/operator/cluster-operator.ts";
import type { Operation } from "../../../engine/ports/operation-store.ts";
import { ManualClock } from "../../../engine/testing/manual-clock.ts";
import { OperationStream } from "./operation-stream.ts";

const ID = "0e7a3b52-8c7f-4b1e-9f36-1d2c3b4a5968";
const ended = (): void => undefined;

test("however many come and go, a store that hangs is asked once for each thing that is watched", async () => {
  const asked: string[] = [];
  const hang = (what: string) => (): Promise<never> => {
    asked.push(what);
    return new Promise(() => undefined);
  };
  const operator = { operations: hang("all"), operation: hang("one") } as unknown as ClusterOperator;
  const stream = new OperationStream(operator, new ManualClock());
  for (let times = 0; times < 4; times += 1) {
    for (const watched of [stream.all(ended), stream.one(ID, ended)]) {
      const reader = watched.getReader();
      // The empty line; the store is asked for what follows.
      await reader.read();
      void reader.read();
      await reader.cancel();
    }
  }
  expect(asked.toSorted()).toEqual(["all", "one"]);
});

test("one operation is told as it is, and again with each change, until it is over", async () => {
  const clock = new ManualClock();
  const revisions = [1, 1, 2, 3];
  const operator = {
    operation: async () => {
      const revision = revisions.shift();
      return { id: ID, revision, status: revision === 3 ? "done" : "running" } as Operation;
    },
  } as unknown as ClusterOperator;
  const text = new Response(new OperationStream(operator, clock).one(ID, ended)).text();
  for (let second = 0; second < 5; second += 1) await clock.advance(1_000);
  const lines = (await text).split("\n").filter((line) => line !== "");
  expect(lines.map((line) => (JSON.parse(line) as Operation).revision)).toEqual([1, 2, 3]);
});

test("a stream says that it lasts, and ends, in time also after the clock was set back", async () => {
  const clock = new ManualClock();
  const operator = { operations: async () => [] } as unknown as ClusterOperator;
  const text = new Response(new OperationStream(operator, clock).all(ended)).text();
  await clock.advance(5_000);
  clock.setBack(3_600_000);
  let whole: string | undefined;
  void text.then((read) => (whole = read));
  for (let second = 0; second < 660; second += 1) await clock.advance(1_000);
  expect(whole?.length).toBeGreaterThan(50);
});
