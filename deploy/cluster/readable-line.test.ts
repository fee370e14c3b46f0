import { expect, test } from "bun:test";
import { readableLine } from "./readable-line.ts";

const TIME = "2026-03-01T18:02:03.004Z";

test("a record is one line that tells its node, time, thread and fields", () => {
  const info = { level: "info", time: TIME, thread: "main", tookMs: 12, url: "http://x", msg: "open" };
  expect(readableLine("node-b", JSON.stringify(info))).toBe(
    "node-b  18:02:03.004 main      open tookMs=12 url=http://x",
  );
  const warn = {
    level: "warn",
    time: TIME,
    thread: "gateway-0",
    err: { message: "away", stack: "…" },
    msg: "no",
  };
  expect(readableLine("node-b", JSON.stringify(warn))).toBe(
    'node-b  18:02:03.004 gateway-0 WARN no err="away"',
  );
});

test("a text of several words is in quotes, so that where it ends is seen", () => {
  const record = {
    level: "info",
    time: TIME,
    thread: "main",
    reason: "it is damaged",
    attempts: 2,
    msg: "left",
  };
  expect(readableLine("node-b", JSON.stringify(record))).toBe(
    'node-b  18:02:03.004 main      left reason="it is damaged" attempts=2',
  );
});

test("what is no record stays as it is", () => {
  expect(readableLine("node-a", "stampede: --port")).toBe("node-a  stampede: --port");
  expect(readableLine("node-a", "{}")).toBe("node-a  {}");
});
