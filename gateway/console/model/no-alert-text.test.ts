import { expect, test } from "bun:test";
import { noAlertText } from "./no-alert-text.ts";
import { timeText } from "./numbers.ts";

test("that all parts work is told only while somebody tells it, and after that until when they did", () => {
  const atMs = Date.UTC(2026, 0, 2, 3, 4, 5);
  expect(noAlertText(true, atMs)).toBe("All parts work.");
  expect(noAlertText(false, atMs)).toBe(
    `All parts worked at ${timeText(atMs)}. What is wrong since is not known.`,
  );
});
