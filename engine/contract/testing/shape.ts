/**
 * The shape of plain data, one line for each place in it: `LineHeld.quantity` → `number`. A field that may be missing ends
 * in `?`, an entry of a list is `[]`, and objects with a `type` are told apart by it: `answer<held>.sku`.
 */
export type Shape = Readonly<Record<string, string>>;

// Other texts in a field of that name (the address of a problem) tell nothing apart.
const NAME = /^\w+$/;

interface Place {
  readonly kinds: Set<string>;
  /** Objects seen here, and what they had. */
  objects: number;
  readonly fields: Map<string, { seen: number; readonly place: Place }>;
  readonly variants: Map<string, Place>;
  entries: Place | undefined;
}

/** The shape that all the values have together, sorted by place. */
export function shapeOf(values: Iterable<unknown>): Shape {
  const root = emptyPlace();
  for (const value of values) look(root, value);
  const lines: [string, string][] = [];
  write(root, "", lines);
  return Object.fromEntries(lines.sort(([left], [right]) => (left < right ? -1 : 1)));
}

function emptyPlace(): Place {
  return { kinds: new Set(), objects: 0, fields: new Map(), variants: new Map(), entries: undefined };
}

function look(place: Place, value: unknown): void {
  if (Array.isArray(value)) {
    place.kinds.add("list");
    if (value.length > 0) place.entries ??= emptyPlace();
    for (const entry of value) if (place.entries !== undefined) look(place.entries, entry);
    return;
  }
  if (typeof value !== "object" || value === null) {
    place.kinds.add(value === null ? "null" : typeof value);
    return;
  }
  const { type, ...fields } = value as Readonly<Record<string, unknown>>;
  if (typeof type === "string" && NAME.test(type)) lookAtFields(variantOf(place, type), fields);
  else lookAtFields(place, value);
}

function variantOf(place: Place, type: string): Place {
  const variant = place.variants.get(type) ?? emptyPlace();
  place.variants.set(type, variant);
  return variant;
}

function lookAtFields(place: Place, fields: object): void {
  place.kinds.add("object");
  place.objects += 1;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const field = place.fields.get(name) ?? { seen: 0, place: emptyPlace() };
    place.fields.set(name, field);
    field.seen += 1;
    look(field.place, value);
  }
}

function write(place: Place, at: string, lines: [string, string][]): void {
  if (at !== "" && place.kinds.size > 0) lines.push([at, [...place.kinds].sort().join(" | ")]);
  for (const [type, variant] of place.variants) write(variant, at === "" ? type : `${at}<${type}>`, lines);
  for (const [name, field] of place.fields) {
    const full = field.seen < place.objects ? `${name}?` : name;
    write(field.place, at === "" ? full : `${at}.${full}`, lines);
  }
  if (place.entries !== undefined) write(place.entries, `${at}[]`, lines);
}
