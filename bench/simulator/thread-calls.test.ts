import { expect, test } from "bun:test";
import { drainMicrotasks } from "bun:jsc";
import { Agenda } from "./agenda.ts";
import { generatorFor } from "./seeds.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import { ThreadCalls } from "./thread-calls.ts";

test("calls of one moment are begun in their order, and their answers read in theirs, also after a pause", () => {
  const agenda = new Agenda(generatorFor(1, "agenda"), 0);
  const process = new SimulatedProcess("one", agenda);
  const calls = new ThreadCalls(process);
  const pass = (forMs: number): void => {
    const endMs = agenda.nowMs + forMs;
    drainMicrotasks();
    while (agenda.step(endMs)) drainMicrotasks();
  };
  const begun: number[] = [];
  const heard: string[] = [];
  const ask = (number: number): void => {
    const failed = number % 3 === 0;
    calls
      .ask(async () => {
        begun.push(number);
        if (failed) throw new Error("failed");
      })
      .then(
        () => heard.push(`${number}`),
        () => heard.push(`${number} failed`),
      );
  };
  const numbers = Array.from({ length: 20 }, (_, number) => number);
  for (const number of numbers.slice(0, 10)) ask(number);
  pass(1);
  for (const number of numbers.slice(10)) ask(number);
  process.pause();
  pass(1);
  process.resume();
  pass(1);
  expect(begun).toEqual(numbers);
  expect(heard).toEqual(numbers.map((number) => (number % 3 === 0 ? `${number} failed` : `${number}`)));
});
