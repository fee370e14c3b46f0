import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { RequestFault, type Bus, type BusState } from "../../../ports/bus.ts";
import { eventually } from "../../../testing/eventually.ts";

/** A bus and its server, as the suite sees them. */
export interface BusSubject {
  /** A connection of its own; it may still be away. */
  open(): Bus;
  /** Breaks all connections and keeps them broken. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** What every bus must do, whatever carries it. */
export function busConformance(name: string, make: () => Promise<BusSubject>): void {
  describe(`${name}: a bus`, () => {
    let subject: BusSubject;
    let sender: Bus;
    let receiver: Bus;
    let topic: string;
    let received: string[];

    beforeAll(async () => {
      subject = await make();
    });
    beforeEach(async () => {
      topic = `stampede.test.${crypto.randomUUID()}`;
      received = [];
      sender = subject.open();
      receiver = subject.open();
      await eventually("both are connected", () => sender.hasRoom && receiver.hasRoom);
    });
    afterEach(async () => {
      await Promise.all([sender.close(), receiver.close()]);
    });
    afterAll(() => subject.close());

    /** Subscribes, and waits until messages come through. */
    async function listen(pattern = topic): Promise<() => void> {
      const heard = receiver.subscribe(pattern, (payload) => {
        if (payload !== "probe") received.push(payload);
      });
      await comeThrough();
      return heard;
    }

    async function comeThrough(): Promise<void> {
      let came = false;
      const end = receiver.subscribe(`${topic}-probe`, () => (came = true));
      await eventually("messages come through", () => {
        sender.publish(`${topic}-probe`, "probe");
        return came;
      });
      end();
    }

    function fault(request: Promise<string>): Promise<unknown> {
      return request.then(
        () => undefined,
        (error: unknown) => (error instanceof RequestFault ? error.reason : error),
      );
    }

    test("carries the messages of a topic in their order, letter by letter", async () => {
      await listen();
      const sent = Array.from({ length: 500 }, (_, number) => `${number} größer als 😀 "\n\u0000`);
      for (const payload of sent) expect(sender.publish(topic, payload)).toBe(true);
      await eventually("all have arrived", () => received.length === sent.length);
      expect(received).toEqual(sent);
    });

    test("carries the longest payload, and refuses a longer one by a fault", async () => {
      await listen();
      const longest = "x".repeat(sender.payloadBytesMax);
      sender.publish(topic, longest);
      await eventually("it has arrived", () => received.length === 1);
      expect(received[0] === longest).toBe(true);
      expect(() => sender.publish(topic, `${longest}x`)).toThrow("a payload has at most");
      expect(() => sender.publish(topic, `${longest.slice(0, -1)}ä`)).toThrow("a payload has at most");
    });

    test("does not carry what another topic is about", async () => {
      await listen();
      sender.publish(`${topic}x`, "other");
      sender.publish(`${topic}.deeper`, "deeper");
      sender.publish(topic, "meant");
      await eventually("it has arrived", () => received.length > 0);
      expect(received).toEqual(["meant"]);
    });

    test("a star stands for one word, and the topic is told", async () => {
      const topics: string[] = [];
      receiver.subscribe(`${topic}.*`, (_, of) => topics.push(of));
      await comeThrough();
      topics.length = 0;
      sender.publish(`${topic}.node-a`, "");
      sender.publish(`${topic}.node-a.more`, "");
      sender.publish(`${topic}.node-b`, "");
      await eventually("both have arrived", () => topics.length >= 2);
      expect(topics).toEqual([`${topic}.node-a`, `${topic}.node-b`]);
    });

    test("every subscriber gets a message, its sender too, and who has left gets none", async () => {
      const leave = await listen();
      const own: string[] = [];
      sender.subscribe(topic, (payload) => own.push(payload));
      sender.publish(topic, "first");
      await eventually("both have it", () => own.length === 1 && received.length === 1);
      leave();
      await comeThrough();
      sender.publish(topic, "second");
      await eventually("the sender has it", () => own.length === 2);
      await comeThrough();
      expect(received).toEqual(["first"]);
    });

    test("a request gets the answer to it", async () => {
      const end = receiver.answer(topic, (payload) => Promise.resolve(`${payload}!`));
      await comeThrough();
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, number) => sender.request(topic, String(number), 10_000)),
      );
      expect(answers).toEqual(Array.from({ length: 20 }, (_, number) => `${number}!`));
      end();
      await comeThrough();
      expect(await fault(sender.request(topic, "again", 10_000))).toBe("nobody");
    });

    test("a request that nobody answers, or not in time, says so", async () => {
      expect(await fault(sender.request(topic, "", 10_000))).toBe("nobody");
      receiver.answer(topic, () => new Promise(() => undefined));
      await comeThrough();
      expect(await fault(sender.request(topic, "", 20))).toBe("late");
    });

    test("an answer that rejects is not sent, and the next one is", async () => {
      let asked = 0;
      receiver.answer(topic, () => {
        asked += 1;
        return asked === 1 ? Promise.reject(new Error("no")) : Promise.resolve("yes");
      });
      await comeThrough();
      expect(await fault(sender.request(topic, "", 100))).toBe("late");
      expect(await sender.request(topic, "", 10_000)).toBe("yes");
    });

    test("one request too many is refused at once, and makes room again", async () => {
      receiver.answer(topic, () => new Promise(() => undefined));
      await comeThrough();
      const waiting: Promise<unknown>[] = [];
      let refused: unknown;
      while (refused !== "busy" && waiting.length < 10_000) {
        const answer = fault(sender.request(topic, "", 300));
        waiting.push(answer);
        refused = await Promise.race([answer, new Promise((resolve) => setImmediate(resolve))]);
      }
      expect(refused).toBe("busy");
      expect(new Set(await Promise.all(waiting))).toEqual(new Set(["late", "busy"]));
      expect(await fault(sender.request(`${topic}.other`, "", 10_000))).toBe("nobody");
    });

    test("what is subscribed to comes from the moment on in which it is connected", async () => {
      const late = subject.open();
      const heard: string[] = [];
      late.subscribe(topic, (payload) => heard.push(payload));
      await eventually("it is connected", () => late.hasRoom);
      sender.publish(topic, "first");
      await eventually("it has arrived", () => heard.length === 1);
      await late.close();
    });

    test("while it is away it takes nothing, and what it did not take never comes", async () => {
      await listen();
      const states: BusState[] = [];
      sender.onState((state) => states.push(state));
      await subject.stop();
      await eventually("both know", () => sender.state === "away" && receiver.state === "away");
      expect(sender.hasRoom).toBe(false);
      expect(sender.publish(topic, "lost")).toBe(false);
      expect(await fault(sender.request(topic, "", 10_000))).toBe("away");
      await subject.start();
      await eventually("both are back", () => sender.hasRoom && receiver.hasRoom);
      await comeThrough();
      expect(sender.publish(topic, "after")).toBe(true);
      await eventually("it has arrived", () => received.length > 0);
      expect(received).toEqual(["after"]);
      expect(states).toEqual(["away", "connected"]);
    });

    test("what it answers lasts over a broken connection", async () => {
      receiver.answer(topic, (payload) => Promise.resolve(payload));
      await comeThrough();
      await subject.stop();
      await eventually("both know", () => sender.state === "away" && receiver.state === "away");
      await subject.start();
      await eventually("both are back", () => sender.hasRoom && receiver.hasRoom);
      await comeThrough();
      expect(await sender.request(topic, "still there", 10_000)).toBe("still there");
    });

    test("a closed bus hears nothing, and takes nothing", async () => {
      await listen();
      await receiver.close();
      sender.publish(topic, "too late");
      expect(receiver.publish(topic, "too late")).toBe(false);
      expect(receiver.state).toBe("away");
      receiver = subject.open();
      await eventually("the next one is connected", () => receiver.hasRoom);
      await comeThrough();
      expect(received).toEqual([]);
    });
  });
}
