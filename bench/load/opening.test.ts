import { expect, test } from "bun:test";
import { Opening } from "./opening.ts";

/** Connections that are opened as `open` says, which is told the number of each. */
function connections(count: number, open: (number: number) => void) {
  return Array.from({ length: count }, (_, index) => ({ open: () => open(index + 1) }));
}

test("all are opened, a hundred at a time, and each is told of", async () => {
  const begun: number[] = [];
  const progress: string[] = [];
  const opening = new Opening(
    connections(150, (number) => begun.push(number)),
    (opened, total) => progress.push(`${opened}/${total}`),
  );
  const done = opening.run();
  expect(begun).toHaveLength(100);
  for (let opened = 0; opened < 150; opened += 1) opening.opened();
  await done;
  expect(begun).toEqual(Array.from({ length: 150 }, (_, index) => index + 1));
  expect(progress.at(-1)).toBe("150/150");
});

test("a shop that stops letting anybody in is not waited for for ever", async () => {
  const opening: Opening = new Opening(
    connections(3, (number) => (number === 1 ? queueMicrotask(() => opening.opened()) : undefined)),
    () => undefined,
    30,
  );
  await expect(opening.run()).rejects.toThrow(
    "the shop let in 1 of 3 connections, and nobody more for 0.03 s",
  );
});

test("a connection that is closed ends the opening with the reason", async () => {
  const opening: Opening = new Opening(
    connections(1, () => queueMicrotask(() => opening.failed("code 1006"))),
    () => undefined,
  );
  await expect(opening.run()).rejects.toThrow("the shop closed a visitor's connection: code 1006");
});

test("nobody to open is no wait", async () => {
  await new Opening([], () => undefined).run();
});
