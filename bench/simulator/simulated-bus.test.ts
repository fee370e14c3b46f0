import { expect, test } from "bun:test";
import { Agenda } from "./agenda.ts";
import { Faults } from "./faults.ts";
import { generatorFor } from "./seeds.ts";
import { SimulatedBusServer } from "./simulated-bus-server.ts";
import { SimulatedProcess } from "./simulated-process.ts";

const TOPIC = "stampede.test.placement";

/** Two processes on a bus, and all that the second one hears. */
function twoProcesses(faults: readonly string[] = []) {
  const agenda = new Agenda(generatorFor(1, "agenda"), 0);
  const server = new SimulatedBusServer(agenda, new Faults(1, faults), generatorFor(1, "bus"));
  const [one, other] = [new SimulatedProcess("one", agenda), new SimulatedProcess("other", agenda)];
  const [from, to] = [server.connect(one), server.connect(other)];
  const heard: string[] = [];
  to.subscribe(TOPIC, (payload) => void heard.push(payload));
  const pass = (forMs: number): void => {
    const endMs = agenda.nowMs + forMs;
    while (agenda.step(endMs));
  };
  return { server, one, other, from, to, heard, pass };
}

test("what one connection publishes comes in its order, also to a process that stood still", () => {
  const { from, other, heard, pass } = twoProcesses();
  const sent = Array.from({ length: 20 }, (_, number) => String(number));
  for (const payload of sent.slice(0, 10)) from.publish(TOPIC, payload);
  pass(10);
  expect(heard).toEqual(sent.slice(0, 10));
  other.pause();
  for (const payload of sent.slice(10)) from.publish(TOPIC, payload);
  pass(10);
  other.resume();
  pass(10);
  expect(heard).toEqual(sent);
});

test("a process that is cut off knows it; one that is mute or deaf does not", () => {
  const { server, one, other, from, to, heard, pass } = twoProcesses();
  const states: string[] = [];
  from.onState((state) => void states.push(state));
  server.trouble(one, "cut", 50);
  expect([from.state, from.publish(TOPIC, "cut")]).toEqual(["away", false]);
  pass(100);
  expect([from.state, states]).toEqual(["connected", ["away", "connected"]]);
  server.trouble(one, "mute", 50);
  expect([from.state, from.publish(TOPIC, "mute")]).toEqual(["connected", true]);
  pass(100);
  server.trouble(other, "deaf", 50);
  from.publish(TOPIC, "deaf");
  pass(100);
  server.stop(50);
  expect([from.state, to.state]).toEqual(["away", "away"]);
  pass(100);
  from.publish(TOPIC, "well");
  pass(10);
  expect(heard).toEqual(["well"]);
});

test("messages are lost, come twice, and overtake one another", () => {
  const heardOf = (fault: string): readonly string[] => {
    const { from, heard, pass } = twoProcesses([fault]);
    for (let number = 0; number < 500; number += 1) {
      from.publish(TOPIC, String(number));
      pass(1);
    }
    pass(5_000);
    return heard;
  };
  expect(heardOf("drop").length).toBeLessThan(500);
  expect(heardOf("duplicate").length).toBeGreaterThan(500);
  const overtaken = heardOf("delay").map(Number);
  expect(overtaken).toHaveLength(500);
  expect(overtaken).not.toEqual(overtaken.toSorted((left, right) => left - right));
});
