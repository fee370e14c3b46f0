import { expect, test } from "bun:test";
import { done } from "../contract/outcome.ts";
import { KeyMemory, type RememberedKey } from "./key-memory.ts";

function settledKey(ticket: number): RememberedKey {
  return { ticket, key: `k${ticket}`, content: "c", outcome: done(ticket) };
}

function names(memory: KeyMemory): readonly string[] {
  return memory.records().map((record) => record.key);
}

test("only the newest settled keys are remembered", () => {
  const memory = new KeyMemory(2);
  for (const ticket of [1, 2, 3]) memory.remember(settledKey(ticket));
  expect(names(memory)).toEqual(["k2", "k3"]);
  expect(memory.find("k1")).toBeUndefined();
});

test("every remembered key is found, however many there are, and no forgotten one", () => {
  const memory = new KeyMemory(8);
  for (let ticket = 1; ticket <= 20; ticket += 1) {
    memory.remember(settledKey(ticket));
    for (let other = 1; other <= 20; other += 1) {
      const isRemembered = other <= ticket && other > ticket - 8;
      expect(memory.find(`k${other}`)?.ticket).toBe(isRemembered ? other : undefined);
    }
  }
});

test("open keys are never forgotten, and count as new once they are settled", () => {
  const memory = new KeyMemory(2);
  const open: RememberedKey = { ticket: 1, key: "k1", content: "c" };
  memory.remember(open);
  for (const ticket of [2, 3, 4]) memory.remember(settledKey(ticket));
  expect(memory.openTicket(1)).toBe(open);
  memory.settle(open, done("late"));
  expect(names(memory)).toEqual(["k4", "k1"]);
  memory.remember(settledKey(5));
  expect(memory.find("k1")?.outcome).toEqual(done("late"));
});

test("records that are read again remember and forget the same keys", () => {
  const memory = new KeyMemory(2);
  const open: RememberedKey = { ticket: 1, key: "k1", content: "c" };
  memory.remember(open);
  for (const ticket of [2, 3]) memory.remember(settledKey(ticket));
  memory.settle(open, done("late"));
  memory.remember(settledKey(4));
  const again = new KeyMemory(2);
  again.restore({ ticket: 1, key: "k1", content: "c" });
  for (const ticket of [2, 3]) again.restore(settledKey(ticket));
  again.restore({ ticket: 1, key: "k1", content: "c", outcome: done("late") });
  again.restore(settledKey(4));
  expect(again.records()).toEqual(memory.records());
});

test("a key is settled once", () => {
  const memory = new KeyMemory(2);
  const remembered = settledKey(1);
  expect(() => memory.settle(remembered, done("again"))).toThrow("settled once");
});
