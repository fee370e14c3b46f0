import { expect, test } from "bun:test";
import { admitRate, roomWish } from "./sale-room.ts";

test.each([
  ["600/min", 600],
  ["2/s", 120],
  ["0", 0],
])("%s is a rate", (text, perMinute) => {
  expect(admitRate(text)).toBe(perMinute);
});

test("a number alone is told how a rate is written", () => {
  expect(() => admitRate("60")).toThrow("It must say per minute or per second: 60/min or 60/s.");
});

test.each(["", "-1/min", "10/h", "1.5/s", "99999999", "99999999/min"])("%p is no rate", (text) => {
  expect(() => admitRate(text)).toThrow("such as 600/min or 10/s");
});

test("a waiting room that is there takes what is named, without being wanted again", () => {
  expect(roomWish({})).toBeUndefined();
  const terms = { opens: undefined, admitPerMinute: undefined, admissionMs: 120_000 };
  expect(roomWish({ admissionMinutes: 2 })).toEqual({ ...terms, isWanted: false });
  expect(roomWish({ admissionMinutes: 2, waitingRoom: true })).toEqual({ ...terms, isWanted: true });
});
