import { expect, test } from "bun:test";
import { Interrupted } from "../interruption/interruption.ts";
import { untilAtRest } from "./rest.ts";

const SIGNAL = new AbortController().signal;

test("servers at work are waited for until a look finds that they have done next to nothing", async () => {
  const micros = [0, 100_000, 120_001, 140_001, 900_000];
  let looks = 0;
  await untilAtRest([1], SIGNAL, () => micros[looks++] ?? null);
  expect(looks).toBe(4);
});

test("the work of all servers counts", async () => {
  const looks: Record<number, number> = { 1: 0, 2: 0 };
  const used = (pid: number) => {
    const look = (looks[pid] ?? 0) + 1;
    looks[pid] = look;
    return Math.min(look, 3) * 15_000;
  };
  await untilAtRest([1, 2], SIGNAL, used);
  expect(looks).toEqual({ 1: 4, 2: 4 });
});

test("a server that the system does not tell of is not waited for", async () => {
  await untilAtRest([2 ** 30], SIGNAL);
});

test("whoever waits may be told to end early", async () => {
  const interruption = new AbortController();
  let micros = 0;
  const rest = untilAtRest([1], interruption.signal, () => (micros += 1_000_000));
  interruption.abort(new Interrupted());
  await expect(rest).rejects.toThrow(Interrupted);
});
