import { expect, test } from "bun:test";
import { Mailbox } from "./mailbox.ts";
import { Targets } from "./targets.ts";
import type { Work } from "./work.ts";

const targets = new Targets(256);

function work(id: string): Work {
  return { type: "wakeUp", to: targets.of("shop", "cart", id) };
}

function takeAll(mailbox: Mailbox): readonly string[] {
  const taken: string[] = [];
  for (let next = mailbox.take(); next !== undefined; next = mailbox.take()) taken.push(next.to.address.id);
  return taken;
}

test("work is taken in the order in which it came, and what has waited before goes first", () => {
  const mailbox = new Mailbox(10);
  for (const id of ["a", "b", "c"]) mailbox.add(work(id));
  mailbox.resume([work("x"), work("y")]);
  mailbox.resume([work("w")]);
  expect(mailbox.length).toBe(6);
  expect(takeAll(mailbox)).toEqual(["w", "x", "y", "a", "b", "c"]);
  expect(mailbox.length).toBe(0);
});

test("work that is resumed while other resumed work is being taken goes before the rest of it", () => {
  const mailbox = new Mailbox(10);
  mailbox.resume([work("a"), work("b")]);
  expect(mailbox.take()?.to.address.id as string).toBe("a");
  mailbox.resume([work("x")]);
  expect(mailbox.length).toBe(2);
  expect(mailbox.drain().map(({ to }) => to.address.id as string)).toEqual(["x", "b"]);
});

test("a mailbox that never runs empty loses nothing", () => {
  const mailbox = new Mailbox(10);
  const taken: string[] = [];
  mailbox.add(work("n0"));
  for (let number = 1; number <= 20_000; number += 1) {
    mailbox.add(work(`n${number}`));
    taken.push(mailbox.take()?.to.address.id as string);
  }
  expect(taken).toEqual(Array.from({ length: 20_000 }, (_, number) => `n${number}`));
  expect(mailbox.length).toBe(1);
});

test("it is full for clients at its length and for messages at twice that", () => {
  const mailbox = new Mailbox(2);
  const levels = ["a", "b", "c", "d"].map((id) => {
    mailbox.add(work(id));
    return [mailbox.full, mailbox.overfull];
  });
  expect(levels).toEqual([
    [false, false],
    [true, false],
    [true, false],
    [true, true],
  ]);
});
