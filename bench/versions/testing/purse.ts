import type { Address } from "../../../engine/contract/address.ts";
import { parseAddress } from "../../../engine/contract/address.ts";
import { assert } from "../../../engine/contract/assert.ts";
import type { Data } from "../../../engine/contract/data.ts";
import type { Decider, Decision, Typed } from "../../../engine/contract/decider.ts";
import { done } from "../../../engine/contract/outcome.ts";
import { purseUpcasters } from "./purse-upcasters.ts";

/** The versions that there have been of the test kind `purse`. */
export type PurseVersion = 1 | 2 | 3;

/** A command as a client of that version sends it. Version 1 counts `points`, the later ones an `amount`. */
export type PurseCommand = Typed & { readonly [field: string]: Data };

/** A purse in memory: the same in all versions. */
export interface PurseState {
  balance: number;
  moves: number;
}

interface Fields extends Typed {
  readonly to: string;
  readonly points: number;
  readonly amount: number;
  readonly bonus: number;
  readonly by: number;
}

/**
 * The kind `purse` as the releases of its three versions had it. Version 1 stores `Earned`, `Spent` and `Touched` with
 * `points`; 2 says `amount` and touches no more; 3 knows nothing but `Moved`, one for each part of an earning.
 */
export function purseDecider(version: PurseVersion): Decider<PurseState, Typed, Typed> {
  return {
    kind: "purse",
    version,
    upcasters: purseUpcasters.slice(0, version - 1),
    initial: () => ({ balance: 0, moves: 0 }),
    decide: (state, command) => decide(version, state, command as Fields),
    evolve: (state, event) => evolve(version, state, event as Fields),
    dueAtMs: () => undefined,
    wakeUp: { type: "WakeUp" },
    view: ({ balance, moves }) => ({ balance, moves }),
    toSnapshot: ({ balance, moves }) => {
      if (version === 1) return { points: balance, moves };
      return version === 2 ? { amount: balance, moves } : { balance: { amount: balance }, moves };
    },
    fromSnapshot: (snapshot) => fromSnapshot(version, snapshot),
    project: (event, address) => project(version, event as Fields, address),
  };
}

/** A command that earns, as a client of that version sends it. */
export function earn(version: PurseVersion, amount: number, bonus = 0): PurseCommand {
  return { type: "Earn", ...worth(version, amount), bonus };
}

/** A command that gives to another purse, as a client of that version sends it. */
export function give(version: PurseVersion, to: string, amount: number): PurseCommand {
  return { type: "Give", to, ...worth(version, amount) };
}

function decide(version: PurseVersion, state: PurseState, command: Fields): Decision<Typed> {
  const amount = amountOf(version, command);
  switch (command.type) {
    case "Earn":
      return {
        events: earned(version, amount, command.bonus),
        outcome: done({ balance: state.balance + amount + command.bonus }),
        calls: [{ port: "post", request: { type: "Post", ...worth(version, amount) } }],
      };
    case "Give": {
      const to = parseAddress(command.to);
      assert(to !== undefined, "purses give to addresses", command.to);
      const events = [
        version === 3 ? moved(-amount) : ({ type: "Spent", ...worth(version, amount) } as Typed),
      ];
      const message = { to, command: { type: "Receive", ...worth(version, amount) } as Typed };
      return { events, outcome: done({ balance: state.balance - amount }), messages: [message] };
    }
    case "Receive":
      return { events: earned(version, amount, 0) };
    case "Posted":
      return { events: [] };
  }
  throw new Error(`purse ${version} does not know the command ${command.type}`);
}

function evolve(version: PurseVersion, state: PurseState, event: Fields): PurseState {
  for (const by of movesOf(version, event)) {
    assert(Number.isSafeInteger(by), "a purse moves by whole numbers", event.type);
    state.balance += by;
    state.moves += 1;
  }
  return state;
}

function project(version: PurseVersion, event: Fields, { tenant, id }: Address) {
  return movesOf(version, event).map((by) => ({ model: "stock", tenant, id, add: { received: by } }));
}

/** By how much a purse grows, part for part. */
function movesOf(version: PurseVersion, event: Fields): readonly number[] {
  const known = version === 3 ? ["Moved"] : ["Earned", "Spent", ...(version === 1 ? ["Touched"] : [])];
  assert(known.includes(event.type), `purse ${version} does not know the event`, event.type);
  switch (event.type) {
    case "Moved":
      return [event.by];
    case "Spent":
      return [-amountOf(version, event)];
    case "Earned":
      return [amountOf(version, event), ...(event.bonus > 0 ? [event.bonus] : [])];
    default:
      return [];
  }
}

function earned(version: PurseVersion, amount: number, bonus: number): readonly Typed[] {
  if (version === 3) return [moved(amount), ...(bonus > 0 ? [moved(bonus)] : [])];
  const event = { type: "Earned", ...worth(version, amount), bonus };
  return version === 1 ? [event, { type: "Touched" }] : [event];
}

function fromSnapshot(version: PurseVersion, snapshot: Data): PurseState {
  const { points, amount, balance, moves } = snapshot as {
    points: number;
    amount: number;
    balance: { amount: number };
    moves: number;
  };
  if (version === 3) return { balance: balance.amount, moves };
  return { balance: version === 1 ? points : amount, moves };
}

function moved(by: number): Typed & { readonly by: number } {
  return { type: "Moved", by };
}

function worth(version: PurseVersion, amount: number): { readonly [field: string]: number } {
  return version === 1 ? { points: amount } : { amount };
}

function amountOf(version: PurseVersion, { points, amount }: Fields): number {
  return version === 1 ? points : amount;
}
