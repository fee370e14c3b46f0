import { expect, test } from "bun:test";
import { Generator } from "../../engine/contract/testing/generator.ts";
import type { Address } from "../../engine/contract/address.ts";
import type { Typed } from "../../engine/contract/decider.ts";
import { upcastBody, upcastSnapshot } from "../../engine/contract/upcast.ts";
import { earn, purseDecider, type PurseState, type PurseVersion } from "./testing/purse.ts";

const ADDRESS = { tenant: "shop", kind: "purse", id: "P" } as Address;
const NEWEST = purseDecider(3);

interface Lived {
  readonly state: PurseState;
  readonly entries: readonly { readonly version: PurseVersion; readonly events: readonly Typed[] }[];
}

/** A random purse whose releases follow one another as `versions` says, each taking over where the one before ended. */
function live(seed: number, versions: readonly PurseVersion[]): Lived {
  const generator = new Generator(seed);
  let state = purseDecider(1).initial(ADDRESS);
  const entries = versions.map((version) => {
    const decider = purseDecider(version);
    const events: Typed[] = [];
    for (let count = generator.between(0, 6); count > 0; count -= 1) {
      const command = earn(version, generator.between(1, 99), generator.chance(50) ? generator.below(9) : 0);
      const decision = decider.decide(state, command, { address: ADDRESS, nowMs: 1, ticket: 1 });
      for (const event of decision.events) state = decider.evolve(state, event, 1);
      events.push(...decision.events);
    }
    return { version, events };
  });
  return { state, entries };
}

function foldedByNewest({ entries }: Lived): PurseState {
  const actors = entries.map((entry) => ({ tenant: "shop", kind: "purse", id: "P", keys: [], ...entry }));
  const empty = { atMs: 1, sent: [], delivered: [], received: [], called: [], answered: [] };
  const body = upcastBody({ ...empty, actors }, new Map([["purse", NEWEST]]));
  let state = NEWEST.initial(ADDRESS);
  for (const entry of body.actors) for (const event of entry.events) state = NEWEST.evolve(state, event, 1);
  return state;
}

test("a history of any versions, upcast and folded, is the state that its own releases had", () => {
  for (let seed = 1; seed <= 300; seed += 1)
    for (const versions of [[1], [2], [1, 2], [1, 3], [1, 2, 3], [2, 3]] as const) {
      const lived = live(seed, versions);
      expect(foldedByNewest(lived)).toEqual(lived.state);
    }
});

test("a snapshot of any version, upcast, is the snapshot that the upcast history gives", () => {
  for (let seed = 1; seed <= 300; seed += 1)
    for (const versions of [[1], [2], [1, 2], [1, 2, 3]] as const) {
      const lived = live(seed, versions);
      const version = versions.at(-1) ?? 1;
      const stored = { version, state: purseDecider(version).toSnapshot(lived.state), ticket: 0, keys: [] };
      expect(upcastSnapshot(stored, NEWEST)?.state).toEqual(NEWEST.toSnapshot(foldedByNewest(lived)));
    }
});
