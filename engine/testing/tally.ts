import { assert } from "../contract/assert.ts";
import { formatAddress, parseAddress, type Address } from "../contract/address.ts";
import type { Call, Decider, Decision, Message, Typed } from "../contract/decider.ts";
import { done, refused } from "../contract/outcome.ts";

/** Commands of the test actor `tally/ID`: a number that grows, asks other tallies, sets an alarm and calls out. */
export type TallyCommand =
  | { readonly type: "Add"; readonly amount: number }
  /** Refused above the limit, without a trace. */
  | { readonly type: "AddUpTo"; readonly amount: number; readonly limit: number }
  /** Adds to another tally; settled when that one answers. */
  | { readonly type: "AddTo"; readonly to: string; readonly amount: number; readonly limit?: number }
  | {
      readonly type: "Ask";
      readonly from: string;
      readonly ticket: number;
      readonly amount: number;
      readonly limit?: number;
    }
  | { readonly type: "Answered"; readonly ticket: number; readonly total: number; readonly refused?: boolean }
  /** Sends a message on and keeps no trace of it. */
  | { readonly type: "Forward"; readonly to: string; readonly command: TallyCommand }
  /** Sends several messages on; with `open` it is settled when one of them is answered. */
  | {
      readonly type: "Split";
      readonly commands: readonly (readonly [to: string, command: TallyCommand])[];
      readonly open?: boolean;
    }
  /** With `broken` the wake-up throws. */
  | { readonly type: "SetAlarm"; readonly dueAtMs: number; readonly broken?: boolean }
  | { readonly type: "CallOut"; readonly text: string }
  /** Calls out without waiting for what comes of it. */
  | { readonly type: "CallAside"; readonly text: string }
  | { readonly type: "CalledBack"; readonly ticket: number; readonly text: string }
  /** An answer that nobody waits for. */
  | { readonly type: "Filed"; readonly text: string }
  | { readonly type: "Explode"; readonly where: "decide" | "evolve" }
  | { readonly type: "WakeUp" };

/** Events of a tally. */
export type TallyEvent =
  | { readonly type: "Added"; readonly amount: number }
  | { readonly type: "AlarmSet"; readonly dueAtMs: number; readonly broken: boolean }
  | { readonly type: "Rang" }
  | { readonly type: "Noted"; readonly text: string }
  | { readonly type: "Exploded" };

/** State of a tally. */
export interface TallyState {
  total: number;
  adds: number;
  alarmAtMs: number | undefined;
  broken: boolean;
  readonly notes: string[];
}

const LIMIT_REACHED = refused({ code: "limit_reached", detail: "The tally has reached its limit." });

/** A tally that has come to this is done. */
export const AT_REST = 1_000;

/** A small decider for the engine's own tests, of kind `tally` or any other name. */
export function tallyDecider(kind = "tally"): Decider<TallyState, TallyCommand, TallyEvent> {
  return {
    kind,
    version: 1,
    wakeUp: { type: "WakeUp" },
    unhurried: new Set(["Filed"]),
    counted: new Set(["Added"]),
    initial: () => ({ total: 0, adds: 0, alarmAtMs: undefined, broken: false, notes: [] }),
    decide: (state, command, { address, ticket }) => decide(state, command, address, ticket),
    evolve,
    dueAtMs: (state) => state.alarmAtMs,
    isAtRest: (state) => state.total === AT_REST,
    view: (state) => (state.adds === 0 ? undefined : { total: state.total, adds: state.adds }),
    toSnapshot: (state) => ({ ...state, notes: [...state.notes] }),
    fromSnapshot: (snapshot) => {
      const { notes, ...rest } = snapshot as Omit<TallyState, "notes"> & {
        readonly notes: readonly string[];
      };
      return { ...rest, notes: [...notes] };
    },
    project: () => [],
  };
}

function decide(
  state: TallyState,
  command: TallyCommand,
  address: Address,
  ticket: number,
): Decision<TallyEvent> {
  switch (command.type) {
    case "Add":
      return added(state, command.amount);
    case "AddUpTo":
      if (state.total + command.amount > command.limit) return { events: [], outcome: LIMIT_REACHED };
      return added(state, command.amount);
    case "AddTo": {
      const { to, ...rest } = command;
      return {
        events: [],
        messages: [send(to, { ...rest, type: "Ask", from: formatAddress(address), ticket })],
      };
    }
    case "Ask": {
      const total = state.total + command.amount;
      const tooMuch = total > (command.limit ?? Number.POSITIVE_INFINITY);
      const answer: TallyCommand = { type: "Answered", ticket: command.ticket, total, refused: tooMuch };
      const events: readonly TallyEvent[] = tooMuch ? [] : [{ type: "Added", amount: command.amount }];
      return { events, messages: [send(command.from, answer)] };
    }
    case "Answered": {
      const outcome = command.refused === true ? LIMIT_REACHED : done({ total: command.total });
      return { events: [], settled: [{ ticket: command.ticket, outcome }] };
    }
    case "Forward":
      return { events: [], outcome: done(null), messages: [send(command.to, command.command)] };
    case "Split": {
      const messages = command.commands.map(([to, part]) => send(to, part));
      return { events: [], messages, ...(command.open !== true && { outcome: done(null) }) };
    }
    case "SetAlarm":
      return { events: [alarmSet(command.dueAtMs, command.broken === true)], outcome: done(null) };
    case "CallOut": {
      const say = { type: "Say", text: command.text, ticket };
      const call: Call = { port: "echo", request: say };
      return { events: [], calls: [call] };
    }
    case "CallAside":
      return {
        events: [{ type: "Noted", text: "called" }],
        outcome: done(null),
        calls: [{ port: "echo", request: { type: "File", text: command.text } as Typed }],
      };
    case "Filed":
      return { events: [{ type: "Noted", text: command.text }] };
    case "CalledBack": {
      assert(command.text !== "unbearable", "the answer is unbearable");
      const settled = [{ ticket: command.ticket, outcome: done(command.text) }];
      return { events: [{ type: "Noted", text: command.text }], settled };
    }
    case "Explode":
      assert(command.where === "evolve", "decide explodes");
      return { events: [{ type: "Exploded" }], outcome: done(null) };
    case "WakeUp":
      assert(!state.broken, "the alarm is broken");
      return { events: [{ type: "Rang" }] };
  }
}

function evolve(state: TallyState, event: TallyEvent, atMs: number): TallyState {
  switch (event.type) {
    case "Added":
      state.total += event.amount;
      state.adds += 1;
      return state;
    case "AlarmSet":
      state.alarmAtMs = event.dueAtMs;
      state.broken = event.broken;
      return state;
    case "Rang":
      state.alarmAtMs = undefined;
      state.notes.push(`rang at ${atMs}`);
      return state;
    case "Noted":
      state.notes.push(event.text);
      return state;
    case "Exploded":
      throw new Error("evolve explodes");
  }
}

function added(state: TallyState, amount: number): Decision<TallyEvent> {
  return { events: [{ type: "Added", amount }], outcome: done({ total: state.total + amount }) };
}

function alarmSet(dueAtMs: number, broken: boolean): TallyEvent {
  return { type: "AlarmSet", dueAtMs, broken };
}

function send(to: string, command: TallyCommand): Message {
  const address = parseAddress(to);
  assert(address !== undefined, `${to} is no address`);
  return { to: address, command };
}
