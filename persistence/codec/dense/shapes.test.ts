import { describe, expect, test } from "bun:test";
import type { Data } from "../../../engine/contract/data.ts";
import { DenseReader } from "./reader.ts";
import { SHAPES, SHAPES_MAX } from "./shapes.ts";
import { DenseWriter } from "./writer.ts";

const writer = new DenseWriter();

function roundTrip(value: unknown): Data {
  writer.reset();
  writer.begin(0);
  writer.value(value);
  return new DenseReader(writer.copy()).value();
}

describe("the list of shapes", () => {
  const nameOf = ({ type, fields }: (typeof SHAPES)[number]) => [type, ...fields].join(" ");

  test("names each shape once, and as many as its byte can tell apart", () => {
    expect(new Set(SHAPES.map(nameOf)).size).toBe(SHAPES.length);
    expect(SHAPES.length).toBeLessThanOrEqual(SHAPES_MAX);
  });

  // Stored data depends on the place of each shape and field: a release may only add to the end of the list.
  test("begins as it always did", () => {
    const stored = new Bun.CryptoHasher("sha256")
      .update(SHAPES.slice(0, 85).map(nameOf).join("\n"))
      .digest("hex");
    expect(stored).toBe("530e4fcf4831552318381c013bac74b14807e33286bac08911a8a2e84b07cfe9");
  });

  test("has every record of events, messages, requests and snapshots of the shop", async () => {
    const shapes = new Set(SHAPES.map(nameOf));
    const missing = new Set<string>();
    for (const kind of ["inventory", "cart", "order"]) {
      const [histories, messages] = (await Promise.all(
        [`${kind}-1.json`, `${kind}-1.messages.json`].map((name) =>
          Bun.file(new URL(`../../../actors/golden/${name}`, import.meta.url)).json(),
        ),
      )) as [{ events: { event: unknown }[]; snapshot: unknown }[], { requests?: unknown }];
      const stored = [
        histories.map(({ events, snapshot }) => [events.map(({ event }) => event), snapshot]),
        messages.requests,
      ];
      for (const name of recordsIn(stored)) if (!shapes.has(name)) missing.add(name);
    }
    expect([...missing]).toEqual([]);
  });

  test("an empty type is a type", () => {
    const record = { type: "", line: 1, quantity: 2 };
    expect(roundTrip(record)).toEqual(record);
  });

  test("comes back the same, each, and with a field more or less", () => {
    for (const { type, fields } of SHAPES) {
      const names = type === "" ? fields : ["type", ...fields];
      for (const some of [names, names.slice(0, -1), [...names, "more"], names.toReversed()]) {
        const record = Object.fromEntries(
          some.map((name) => [name, name === "type" ? type : [{ line: 1, quantity: name }]]),
        );
        expect(JSON.stringify(roundTrip([record, record]))).toBe(JSON.stringify([record, record]));
      }
    }
  });
});

/** The type and the names of each record anywhere in the data. */
function* recordsIn(data: unknown): Iterable<string> {
  if (typeof data !== "object" || data === null) return;
  if (!Array.isArray(data)) {
    const { type, ...rest } = data as Record<string, unknown>;
    const isTyped = typeof type === "string";
    yield [isTyped ? type : "", ...Object.keys(isTyped ? rest : data)].join(" ");
  }
  for (const value of Object.values(data)) yield* recordsIn(value);
}
