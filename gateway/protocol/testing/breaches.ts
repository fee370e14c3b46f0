import type { WireShapes } from "./wire-shapes.ts";

type Lines = Readonly<Record<string, unknown>>;

const FROM_CLIENTS = ["control", "commands"] as const;
const TO_CLIENTS = ["server", "replies", "bodies"] as const;
const TABLES = ["problems", "closeCodes"] as const;

/**
 * What clients of the earlier shapes could not live with in the later ones: something that they know is gone or another
 * thing, or a field is asked of them that they do not know.
 */
export function breachesOf(earlier: WireShapes, later: WireShapes): readonly string[] {
  const asked = FROM_CLIENTS.flatMap((group) =>
    inGroup(group, earlier[group], later[group], (before, after) => [
      ...keptOf(mayBeLeftOut(before, after), after),
      ...Object.keys(after)
        .filter((place) => !(place in before) && !place.includes("?"))
        .map((place) => `${place} is asked of clients that do not know it`),
    ]),
  );
  const told = TO_CLIENTS.flatMap((group) => inGroup(group, earlier[group], later[group], keptOf));
  const tables = TABLES.flatMap((name) =>
    keptOf(earlier[name], later[name]).map((breach) => `${name}: ${breach}`),
  );
  return [...asked, ...told, ...tables];
}

function inGroup(
  group: string,
  earlier: Readonly<Record<string, Lines>>,
  later: Readonly<Record<string, Lines>>,
  compare: (before: Lines, after: Lines) => readonly string[],
): readonly string[] {
  return Object.entries(earlier).flatMap(([name, before]) => {
    const after = later[name];
    if (after === undefined) return [`${group} ${name} is gone`];
    return compare(before, after).map((breach) => `${group} ${name}: ${breach}`);
  });
}

/** The places of before, by the names that those have in after which clients need not send any more. */
function mayBeLeftOut(before: Lines, after: Lines): Lines {
  const freed = new Map(Object.keys(after).map((place) => [place.replaceAll("?", ""), place]));
  return Object.fromEntries(
    Object.entries(before).map(([place, kinds]) => [
      place in after ? place : (freed.get(place) ?? place),
      kinds,
    ]),
  );
}

function keptOf(before: Lines, after: Lines): readonly string[] {
  return Object.entries(before).flatMap(([place, kinds]) => {
    if (!(place in after)) return [`${place} is gone`];
    return after[place] === kinds
      ? []
      : [`${place} was ${JSON.stringify(kinds)}, is ${JSON.stringify(after[place])}`];
  });
}
