import { expect, test } from "bun:test";
import { decodeMessage, encodeMessage } from "../shards/cluster-message.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { ClusterTopics } from "../transport/bus/cluster-topics.ts";
import { MemoryBusServer } from "../transport/bus/memory-bus.ts";
import { ClusterOperator } from "./cluster-operator.ts";
import type { ClusterReply, ClusterRequest } from "./cluster-request.ts";

const TOPICS = new ClusterTopics("test");
const REQUEST: ClusterRequest = { type: "Cancel", operation: "5f7c2e19", askedBy: "anna" };

/** An operator on a bus, and coordinators that come and go. */
function operatorRig() {
  const clock = new ManualClock();
  const server = new MemoryBusServer(clock);
  const unused = () => Promise.reject(new Error("nothing is stored"));
  const operations = {
    add: unused,
    update: unused,
    find: unused,
    open: unused,
    newest: unused,
    forget: unused,
  };
  const bus = server.connect();
  const operator = new ClusterOperator({
    bus,
    topics: TOPICS,
    operations: { ...operations, close: () => Promise.resolve() },
    clock,
  });
  let asked = 0;
  /** From now on somebody coordinates who answers with this detail after so long; undefined: never. Returns what ends that. */
  const coordinate = (detail: string, afterMs: number | undefined): (() => void) =>
    server.connect().answer(TOPICS.coordinator, (payload) => {
      expect(decodeMessage(payload)).toEqual(REQUEST);
      asked += 1;
      const { promise, resolve } = Promise.withResolvers<string>();
      if (afterMs !== undefined)
        clock.after(afterMs, () => resolve(encodeMessage({ type: "Nothing", detail })));
      return promise;
    });
  const ask = (): { reply: ClusterReply | undefined } => {
    const given: { reply: ClusterReply | undefined } = { reply: undefined };
    void operator.ask(REQUEST).then((reply) => {
      given.reply = reply;
    });
    return given;
  };
  return { bus, clock, ask, coordinate, asked: () => asked };
}

test("what a coordinator that is gone leaves without an answer is asked again of the one that follows", async () => {
  const { clock, ask, coordinate } = operatorRig();
  const end = coordinate("the old one", undefined);
  const given = ask();
  await clock.advance(100);
  end();
  coordinate("the new one", 0);
  await clock.advance(2_000);
  expect(given.reply).toEqual({ type: "Nothing", detail: "the new one" });
});

test("a coordinator that takes its time is asked again, and its first answer counts", async () => {
  const { clock, ask, coordinate, asked } = operatorRig();
  coordinate("slow", 7_000);
  const given = ask();
  await clock.advance(6_999);
  expect([asked(), given.reply]).toEqual([4, undefined]);
  await clock.advance(1);
  expect(given.reply).toEqual({ type: "Nothing", detail: "slow" });
  await clock.advance(20_000);
  expect(asked()).toBe(4);
});

test("that nobody hears a repetition is not the end while the first one may be answered", async () => {
  const { clock, ask, coordinate } = operatorRig();
  const end = coordinate("resigning", 5_000);
  const given = ask();
  await clock.advance(100);
  end();
  await clock.advance(4_899);
  expect(given.reply).toBeUndefined();
  await clock.advance(1);
  expect(given.reply).toEqual({ type: "Nothing", detail: "resigning" });
});

test("where nobody hears anything it is the end at once", async () => {
  const { clock, ask } = operatorRig();
  const given = ask();
  await clock.settle();
  expect(given.reply).toMatchObject({
    type: "NoCoordinator",
    detail:
      "No node coordinates the cluster at the moment: one is being found, or none reaches both Postgres and NATS.",
  });
});

test("a node that is cut off says so of itself, and not that nobody coordinates", async () => {
  const { ask, clock, coordinate, bus } = operatorRig();
  coordinate("somebody", 0);
  await bus.close();
  const given = ask();
  await clock.settle();
  expect(given.reply).toMatchObject({
    type: "NoCoordinator",
    detail: "This node does not reach NATS, nor through it whoever coordinates; other nodes may.",
  });
});

test("whoever gets no answer in ten seconds is told so, and nobody is asked any more", async () => {
  const { clock, ask, coordinate, asked } = operatorRig();
  coordinate("never", undefined);
  const given = ask();
  await clock.advance(9_999);
  expect(given.reply).toBeUndefined();
  await clock.advance(1);
  expect(given.reply).toMatchObject({
    type: "NoCoordinator",
    detail: "Whoever coordinates the cluster did not answer in time.",
  });
  const before = asked();
  await clock.advance(60_000);
  expect(asked()).toBe(before);
});
