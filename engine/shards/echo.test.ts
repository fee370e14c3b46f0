import { expect, test } from "bun:test";
import { ManualClock } from "../testing/manual-clock.ts";
import { MemoryBusServer } from "../transport/bus/memory-bus.ts";
import { Echo, type EchoState } from "./echo.ts";

const LIMITS = { beatEveryMs: 300, deadAfterMs: 1_800 };

/** What becomes of an echo, and its bus. */
function echoRig() {
  const server = new MemoryBusServer(new ManualClock());
  const echo = new Echo(server.connect(), LIMITS);
  const states: EchoState[] = [];
  echo.onChange((state) => states.push(state));
  const say = (beats: number): void => {
    for (let beat = 0; beat < beats; beat += 1) echo.said();
  };
  return { server, echo, states, say };
}

test("who hears each beat a little later hears itself", () => {
  const { echo, states, say } = echoRig();
  say(2);
  for (let beat = 0; beat < 20; beat += 1) {
    echo.heard();
    say(2);
  }
  expect([echo.state, states]).toEqual(["clear", []]);
});

test("beats that do not come back make the echo faint, and gone when others take the node for dead", () => {
  const { echo, states, say } = echoRig();
  say(3);
  expect(echo.state).toBe("faint");
  say(2);
  expect(echo.state).toBe("faint");
  say(1);
  expect(echo.state).toBe("gone");
  say(100);
  echo.heard();
  expect(states).toEqual(["faint", "gone", "clear"]);
});

test("a beat that comes back late is one that comes back", () => {
  const { echo, say } = echoRig();
  say(5);
  echo.heard();
  say(2);
  expect(echo.state).toBe("clear");
});

test("a bus that is away makes it faint at once, and gone when it stays away", () => {
  const { server, echo, states, say } = echoRig();
  server.stop();
  say(2);
  server.start();
  expect([echo.state, states]).toEqual(["clear", ["faint", "clear"]]);
  server.stop();
  say(6);
  server.start();
  expect(echo.state).toBe("gone");
  echo.heard();
  expect(states.slice(2)).toEqual(["faint", "gone", "clear"]);
});

test("a closed echo tells nobody", () => {
  const { server, echo, states } = echoRig();
  echo.close();
  server.stop();
  expect(states).toEqual([]);
});
