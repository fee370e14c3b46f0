import type { Data } from "../../../engine/contract/data.ts";
import type { Typed, VersionStep } from "../../../engine/contract/decider.ts";

/** Something that version 1 said in points. */
interface InPoints extends Typed {
  readonly points?: number;
}

/** An event of version 2. */
type Event2 =
  | { readonly type: "Earned"; readonly amount: number; readonly bonus: number }
  | { readonly type: "Spent"; readonly amount: number };

/** Points become amounts, and a touch is nothing any more. */
const from1To2: VersionStep = {
  event: (event) => (event.type === "Touched" ? [] : [inAmounts(event)]),
  snapshot: (state) => {
    const { points, moves } = state as { points: number; moves: number };
    return { amount: points, moves };
  },
  command: inAmounts,
  request: inAmounts,
};

/** Each part of an earning becomes an event of its own. */
const from2To3: VersionStep = {
  event: (event) => {
    const known = event as Event2;
    if (known.type === "Spent") return [moved(-known.amount)];
    return [moved(known.amount), ...(known.bonus > 0 ? [moved(known.bonus)] : [])];
  },
  snapshot: (state) => {
    const { amount, moves } = state as { amount: number; moves: number };
    return { balance: { amount }, moves } satisfies Data;
  },
};

/** The steps of the test kind `purse`. */
export const purseUpcasters: readonly VersionStep[] = [from1To2, from2To3];

function inAmounts(stored: Typed): Typed {
  const { points, ...rest } = stored as InPoints;
  return points === undefined ? rest : ({ ...rest, amount: points } as Typed);
}

function moved(by: number): Typed {
  return { type: "Moved", by } as Typed;
}
