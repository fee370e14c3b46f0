import { expect, test } from "bun:test";
import type { OutgoingEvent, WaitingLetter } from "../../engine/ports/webhook-store.ts";
import { DeliveryRound } from "./delivery-round.ts";
import { EndpointCondition } from "./endpoint-condition.ts";
import { WaitingLetters } from "./waiting-letters.ts";
import { defaultWebhookLimits } from "./webhook-limits.ts";
import type { DeliveryOutcome } from "./webhook-sender.ts";

const DAY_MS = 86_400_000;
const HEALTHY = { failingSinceMs: null, lastDeliveredAtMs: null, lastFailure: null };
const TAKEN: DeliveryOutcome = { type: "delivered", status: 204 };
const REFUSED: DeliveryOutcome = { type: "failed", failure: "answered 500" };

let seq = 0;

function event(subject: string, type = "order.confirmed"): OutgoingEvent {
  seq += 1;
  const id = `${subject}:${seq}`;
  return { id, shard: 1, seq, ordinal: 0, type, subject, occurredAtMs: seq, body: "{}" };
}

function letter(of: OutgoingEvent, changes: Partial<WaitingLetter> = {}): WaitingLetter {
  return { event: of, attempts: 1, firstFailedAtMs: 0, dueAtMs: 0, lastFailure: "answered 500", ...changes };
}

/** An endpoint at a time that stands still, and what it is sent. */
class Receiver {
  readonly taken: string[] = [];
  readonly tried: string[] = [];
  nowMs = 1_000;
  letters = new WaitingLetters();
  limits = { ...defaultWebhookLimits };
  condition = new EndpointCondition(HEALTHY, this.limits);
  answer: (event: OutgoingEvent) => DeliveryOutcome = () => TAKEN;
  isStopped = false;

  async round(fresh: readonly OutgoingEvent[]): Promise<DeliveryRound> {
    const round = new DeliveryRound(
      {
        letters: this.letters,
        condition: this.condition,
        limits: this.limits,
        nowMs: () => this.nowMs,
        chance: () => 0.5,
        isStopped: () => this.isStopped,
        send: async (sent) => {
          await Promise.resolve();
          this.tried.push(sent.id);
          const outcome = this.answer(sent);
          if (outcome.type === "delivered") this.taken.push(sent.id);
          return outcome;
        },
      },
      this.limits.eventsPerRoundMax,
      fresh,
    );
    await round.run();
    return round;
  }
}

const idsOf = (letters: readonly WaitingLetter[]): readonly string[] =>
  letters.map(({ event: { id } }) => id);

test("an order that is refused holds up its own events, and no other order's", async () => {
  const receiver = new Receiver();
  const [bad, good] = ["order/BAD", "order/GOOD"];
  const events = [event(bad), event(good), event(bad), event(good)];
  receiver.answer = ({ subject }) => (subject === bad ? REFUSED : TAKEN);
  const round = await receiver.round(events);
  expect(receiver.taken).toEqual(events.filter(({ subject }) => subject === good).map(({ id }) => id));
  expect(idsOf(round.waiting).toSorted()).toEqual(
    events.filter(({ subject }) => subject === bad).map(({ id }) => id),
  );
  // The second one was never tried, and what comes later waits behind it.
  expect(receiver.tried).toHaveLength(3);
  const later = event(bad);
  await receiver.round([later]);
  expect(receiver.tried).toHaveLength(3);
  receiver.answer = () => TAKEN;
  receiver.nowMs += 10_000;
  await receiver.round([]);
  expect(receiver.taken.slice(2)).toEqual([events[0]?.id, events[2]?.id, later.id].map(String));
  expect(receiver.letters.size).toBe(0);
});

test("whoever refuses all events of one type gets those of another at once, however many wait", async () => {
  const receiver = new Receiver();
  receiver.answer = ({ type }) => (type === "order.captured" ? REFUSED : TAKEN);
  for (let rounds = 1; rounds <= 6; rounds += 1) {
    const orders = Array.from({ length: 30 }, () => `order/${crypto.randomUUID()}`);
    await receiver.round(orders.flatMap((order) => [event(order), event(order, "order.captured")]));
    expect(receiver.taken).toHaveLength(30 * rounds);
    expect(receiver.condition.isAway).toBe(false);
    // What was refused is due again.
    receiver.nowMs += 3_600_000;
  }
});

test("an event that is refused for a day while others are taken becomes a dead letter, and its order goes on", async () => {
  const receiver = new Receiver();
  const [first, second, other] = [event("order/A"), event("order/A"), event("order/B")];
  receiver.answer = ({ id }) => (id === first.id ? REFUSED : TAKEN);
  await receiver.round([first, second]);
  receiver.nowMs += DAY_MS;
  // Nothing but this was tried since: who is to blame is not known.
  expect((await receiver.round([])).dead).toEqual([]);
  receiver.nowMs += DAY_MS;
  const round = await receiver.round([other]);
  receiver.nowMs += 2 * 3_600_000;
  const last = await receiver.round([]);
  const dead = [...round.dead, ...last.dead];
  expect(dead.map(({ event: { id }, lastFailure }) => [id, lastFailure])).toEqual([
    [first.id, "answered 500"],
  ]);
  expect(receiver.taken).toContain(second.id);
  expect(receiver.letters.size).toBe(0);
});

test("an endpoint that takes nothing is soon tried now and then only, and suspended after a day", async () => {
  const receiver = new Receiver();
  receiver.answer = () => REFUSED;
  const events = Array.from({ length: 40 }, (_, index) => event(`order/${index}`));
  const round = await receiver.round(events);
  expect(receiver.condition.isAway).toBe(true);
  // Those under way when it was noticed, and no more.
  expect(receiver.tried.length).toBeLessThanOrEqual(
    receiver.limits.failuresUntilAway + receiver.limits.inFlightMax,
  );
  expect(round.waiting).toHaveLength(40);
  expect(round.suspension).toBeUndefined();
  expect(receiver.condition.restsUntilMs).toBeGreaterThan(receiver.nowMs);
  receiver.nowMs += DAY_MS;
  const last = await receiver.round([]);
  expect(last.suspension).toBe("it has taken nothing since 1970-01-01T00:00:01.000Z; at last: answered 500");
  expect(last.dead).toEqual([]);
});

test("an endpoint that is back gets all that waits at once, in its order", async () => {
  const receiver = new Receiver();
  receiver.answer = () => REFUSED;
  const events = Array.from({ length: 20 }, () => event("order/A"));
  const others = Array.from({ length: 20 }, (_, index) => event(`order/B${index}`));
  for (let round = 0; round < 4; round += 1) {
    await receiver.round(round === 0 ? [...events, ...others] : []);
    receiver.nowMs += 3_600_000;
  }
  receiver.answer = () => TAKEN;
  await receiver.round([]);
  await receiver.round([]);
  expect(receiver.letters.size).toBe(0);
  expect(receiver.taken.filter((id) => id.startsWith("order/A"))).toEqual(events.map(({ id }) => id));
  expect(receiver.condition.health).toMatchObject({ failingSinceMs: null, lastFailure: null });
});

test("what waits for an endpoint that was away is not late because another node tells it now", async () => {
  const receiver = new Receiver();
  receiver.letters.keep(letter(event("order/A"), { dueAtMs: 0 }));
  receiver.letters.keep(letter(event("order/B"), { dueAtMs: DAY_MS }));
  const health = { failingSinceMs: 500, lastDeliveredAtMs: null, lastFailure: "answered 500" };
  receiver.condition = new EndpointCondition(health, receiver.limits);
  expect(receiver.condition.isAway).toBe(true);
  await receiver.round([]);
  await receiver.round([]);
  expect(receiver.letters.size).toBe(0);
});

test("a receiver that asks for time gets it", async () => {
  const receiver = new Receiver();
  receiver.answer = () => ({ type: "failed", failure: "answered 429", retryAfterMs: 60_000 });
  await receiver.round([event("order/A")]);
  expect(receiver.condition.restsUntilMs).toBe(receiver.nowMs + 60_000);
  expect(receiver.letters.nextDueAtMs()).toBe(receiver.nowMs + 60_000);
});

test("a receiver that asks for time gets it, also when another answer of it is better", async () => {
  const receiver = new Receiver();
  const untilMs = receiver.nowMs + 60_000;
  receiver.condition.failed(receiver.nowMs, "answered 429", 60_000, 0.5);
  receiver.condition.delivered(receiver.nowMs + 1);
  expect(receiver.condition.restsUntilMs).toBe(untilMs);
});

test("one that answers 410 is told nothing more, and nothing is lost", async () => {
  const receiver = new Receiver();
  receiver.limits.inFlightMax = 1;
  receiver.answer = () => ({ type: "gone" });
  const events = [event("order/A"), event("order/B")];
  const round = await receiver.round(events);
  expect(round.suspension).toBe("it answered 410 Gone");
  expect(receiver.tried).toHaveLength(1);
  expect(idsOf(round.waiting)).toEqual(events.map(({ id }) => id));
});

test("of more that wait than there is room for those that were refused longest make room", async () => {
  const receiver = new Receiver();
  receiver.limits.waitingMax = 3;
  const old = Array.from({ length: 3 }, (_, index) => event(`order/${index}`));
  for (const [index, each] of old.entries())
    receiver.letters.keep(letter(each, { firstFailedAtMs: index, dueAtMs: DAY_MS }));
  receiver.answer = ({ subject }) => (subject === "order/NEW" ? REFUSED : TAKEN);
  const round = await receiver.round([event("order/NEW"), event("order/TAKEN")]);
  expect(idsOf(round.dead)).toEqual([old[0]?.id ?? ""]);
  expect(receiver.letters.size).toBe(3);
});

test("who is stopped keeps what was not tried, or may have arrived, for whoever goes on", async () => {
  const receiver = new Receiver();
  receiver.limits.inFlightMax = 1;
  const events = [event("order/A"), event("order/B"), event("order/C"), event("order/C")];
  receiver.answer = ({ subject }) => {
    if (subject === "order/A") return TAKEN;
    receiver.isStopped = true;
    return { type: "aborted" };
  };
  const round = await receiver.round(events);
  expect(receiver.tried).toEqual(events.slice(0, 2).map(({ id }) => id));
  expect(idsOf(round.waiting)).toEqual(events.slice(1).map(({ id }) => id));
  expect(receiver.condition.health.failingSinceMs).toBeNull();
});

test("an event that waits already is not told twice when it is read again", async () => {
  const receiver = new Receiver();
  const known = event("order/A");
  receiver.letters.keep(letter(known, { dueAtMs: DAY_MS }));
  await receiver.round([known]);
  expect(receiver.tried).toEqual([]);
  expect(receiver.letters.size).toBe(1);
});
