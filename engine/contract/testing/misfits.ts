import { shapeOf, type Shape } from "./shape.ts";

/** Why a value is not of a shape: a line for each place that it should not have, has otherwise, or lacks. Empty when it is. */
export function misfitsOf(value: unknown, golden: Shape): readonly string[] {
  const goldenPlaces = Object.keys(golden);
  const known = new Map(goldenPlaces.map((place) => [bare(place), place]));
  const own = Object.entries(shapeOf([value]));
  const ownKinds = new Map(own.map(([place, kinds]) => [bare(place), kinds]));
  const wrong = own.flatMap(([place, kinds]) => {
    const expected = known.get(bare(place));
    if (expected === undefined || !isAsOptional(place, expected)) return [`${place} is not in the shape`];
    const allowed = (golden[expected] ?? "").split(" | ");
    return kinds.split(" | ").every((kind) => allowed.includes(kind))
      ? []
      : [`${place} is ${kinds}, not ${golden[expected]}`];
  });
  const lacking = new Set(
    goldenPlaces
      .map(fieldOf)
      .filter((field) => !field.endsWith("?") && !field.endsWith("]"))
      .filter((field) => !isThere(ownKinds, bare(field)) && hasFields(ownKinds, parentOf(bare(field)), value))
      .map((field) => `${field} is missing`),
  );
  return [...wrong, ...lacking];
}

function bare(place: string): string {
  return place.replaceAll("?", "");
}

/** A field that some entries of the value leave out may be left out in the shape as well. */
function isAsOptional(place: string, expected: string): boolean {
  const expectedParts = expected.split(".");
  return place
    .split(".")
    .every((part, index) => !part.includes("?") || expectedParts[index]?.includes("?") === true);
}

/** The field that a place is, whatever the `type` of what is in it. */
function fieldOf(place: string): string {
  return place.replace(/<\w+>$/, "");
}

function isThere(kinds: ReadonlyMap<string, string>, field: string): boolean {
  return kinds.has(field) || [...kinds.keys()].some((place) => place.startsWith(`${field}<`));
}

/** The place that a place is a field of; undefined at the top. */
function parentOf(place: string): string | undefined {
  const end = place.lastIndexOf(".");
  return end < 0 ? undefined : place.slice(0, end);
}

/** Whether the value has an object there. At the top, types stand beside one another: a value has one of them. */
function hasFields(kinds: ReadonlyMap<string, string>, place: string | undefined, value: unknown): boolean {
  if (place === undefined) return !(typeof value === "object" && value !== null && "type" in value);
  return (kinds.get(place) ?? "").split(" | ").includes("object");
}
