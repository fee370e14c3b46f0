import { describe, expect, test } from "bun:test";
import type { Data } from "../../../engine/contract/data.ts";
import { DenseReader } from "./reader.ts";
import { FIRST_SHAPE, RECENT_TEXTS, SHORT_WORDS } from "./tags.ts";
import { DenseWriter } from "./writer.ts";
import { WORDS } from "./words.ts";

const BASE_MS = 1_700_000_000_000;
const ID = "0198f0c2-1c3e-7000-8000-0123456789ab";
const FIRST_BUFFER_BYTES = 16_384;
const writer = new DenseWriter();

function written(value: unknown): Uint8Array {
  writer.reset();
  writer.begin(BASE_MS);
  const start = writer.length;
  writer.value(value);
  return writer.since(start);
}

function roundTrip(value: unknown): Data {
  writer.reset();
  writer.begin(BASE_MS);
  writer.value(value);
  return new DenseReader(writer.copy()).value();
}

describe("dense data", () => {
  test.each([
    ["nothing and yes and no", [null, true, false]],
    [
      "numbers on both sides of every limit",
      [0, -0, 63, 64, 127, 128, -1, -64, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 40],
    ],
    ["the largest numbers", [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 53, Number.MAX_VALUE]],
    ["fractions and what is no number", [0.5, -1.25, Number.NaN, Infinity, -Infinity]],
    ["times", [BASE_MS, BASE_MS - 1, BASE_MS + 600_000, BASE_MS + 2 ** 35, BASE_MS - 2 ** 35, BASE_MS * 2]],
    ["words", [...WORDS]],
    ["texts of every length up to 300", Array.from({ length: 300 }, (_, length) => "x".repeat(length))],
    ["other letters", ["é", "caf\u00e9", "\u{1F45F}", "\0", "\u007f\u0080", "日本".repeat(100)]],
    [
      "a text that comes again, and one too many texts later",
      [ID, ID, ...texts(RECENT_TEXTS), ID, "text-1", "text-0"],
    ],
    [
      "ids made from ids",
      [`${ID}#12`, `${ID}~3`, ID, `${ID}#12`, `${ID}#12/4`, `${ID} and far too much more`],
    ],
    [
      "what is almost an id",
      [ID.toUpperCase(), `${ID.slice(0, -1)}g`, ID.replaceAll("-", "_"), `${ID.slice(0, 35)}é`],
    ],
    ["lists of lists", [[], [[]], Array.from({ length: 40 }, (_, index) => [index])]],
    [
      "records",
      [
        {},
        { type: "LineHeld", line: { a: null, é: [1] } },
        Object.fromEntries(texts(40).map((text) => [text, text])),
      ],
    ],
  ])("comes back the same: %s", (_name, value) => {
    expect(roundTrip(value)).toEqual(value as Data);
  });

  test("of any kind comes back the same", () => {
    let seed = 1;
    const next = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return seed % below;
    };
    const anyText = (): string => {
      const id = ID.replace("0123", String(1000 + next(30)));
      return [
        WORDS[next(WORDS.length)] ?? "",
        id,
        `${id}#${next(99)}`,
        `t${next(40)}`,
        "x".repeat(next(40)),
        "ü",
      ][next(6)] as string;
    };
    const any = (depth: number): Data => {
      const size = next(20);
      if (depth > 0 && size < 4) return Array.from({ length: next(20) }, () => any(depth - 1));
      if (depth > 0 && size < 9)
        return Object.fromEntries(Array.from({ length: next(20) }, () => [anyText(), any(depth - 1)]));
      if (size < 14) return anyText();
      return [null, true, false, next(100), -next(1_000_000), BASE_MS + next(1_000_000), next(1000) / 7][
        next(7)
      ] as Data;
    };
    for (let round = 0; round < 300; round += 1) {
      const value = any(4);
      expect(roundTrip(value)).toEqual(value);
    }
  });

  test("a field named __proto__ is a field", () => {
    const read = roundTrip(JSON.parse('{"__proto__":{"line":1}}'));
    expect(JSON.stringify(read)).toBe('{"__proto__":{"line":1}}');
  });

  test("leaves out fields without a value", () => {
    expect(roundTrip({ line: 1, note: undefined })).toEqual({ line: 1 });
  });

  test.each([
    ["a small number", 63, 1],
    ["a word", "HoldPlaced", 1],
    ["a time in ten minutes", BASE_MS + 600_000, 4],
    ["an id", ID, 17],
    ["an id that comes again", [ID, ID], 1 + 17 + 1],
    ["an id made from one that came before", [ID, `${ID}~3`], 1 + 17 + 2 + 2],
    ["an id made from one that did not", [`${ID}#12`, ID], 1 + 17 + 2 + 1],
    ["an event", { type: "CheckOutConfirmed", orderId: 3 }, 3],
  ])("takes few bytes: %s", (_name, value, bytes) => {
    expect(written(value).length).toBe(bytes);
  });

  test("does not take what is not plain data", () => {
    const notPlain = [
      undefined,
      1n,
      () => 1,
      Symbol("s"),
      new Map(),
      new Set(),
      new Date(),
      new Error("e"),
      [undefined],
    ];
    for (const value of notPlain) expect(() => written(value)).toThrow("is not plain data");
    expect(roundTrip(Object.assign(Object.create(null), { line: 1 }))).toEqual({ line: 1 });
  });

  test("a malformed text does not spoil a well-formed one beside it", () => {
    expect(roundTrip(["Ann-\ud83d", "Ann-\u{1F45F}"])).toEqual(["Ann-\ufffd", "Ann-\u{1F45F}"]);
    expect(roundTrip(["Annette-\ud83d", "Annette-\ud83d", "Annette-\ud83d#1"])).toEqual([
      "Annette-\ufffd",
      "Annette-\ufffd",
      "Annette-\ufffd#1",
    ]);
  });

  test.each([
    ["a number", 2 ** 50],
    ["a fraction", 0.5],
    ["a word", "lost"],
    ["an id", ID],
    ["an id made from another", `${ID}#12`],
    ["a text", "x".repeat(40)],
    ["other letters", "日本".repeat(10)],
    ["a wide record", Object.fromEntries(texts(20).map((text) => [text, 1]))],
  ])("is whole wherever the buffer has to grow: %s", (_name, value) => {
    for (let filler = FIRST_BUFFER_BYTES - 500; filler <= FIRST_BUFFER_BYTES; filler += 1) {
      const growing = new DenseWriter();
      growing.skip(filler);
      const start = growing.length;
      growing.begin(BASE_MS);
      growing.value(value);
      expect(new DenseReader(growing.copy().subarray(start)).value()).toEqual(value);
    }
  });

  test("names in any order are written, however many orders there are", () => {
    const names = WORDS.slice(0, 8);
    for (let shift = 0; shift < 2_000; shift += 1) {
      const order = names.toSorted((left, right) => hash(left, shift) - hash(right, shift));
      const record = Object.fromEntries(order.map((name) => [name, shift]));
      expect(Object.keys(roundTrip(record) as object)).toEqual(Object.keys(record));
    }
  });

  test("starts anew with each document", () => {
    writer.reset();
    writer.begin(0);
    writer.value(ID);
    const second = writer.length;
    writer.begin(0);
    writer.value(ID);
    expect(new DenseReader(writer.since(second)).value()).toBe(ID);
  });

  test("that is cut off is not read as something else", () => {
    const bytes = written([1, 2]);
    expect(() => new DenseReader(bytes.slice(0, -1)).value()).toThrow("ends before its last value");
  });
});

describe("the list of words", () => {
  test("names each text once, and as many as two bytes can tell apart", () => {
    expect(new Set(WORDS).size).toBe(WORDS.length);
    expect(WORDS.length).toBeLessThanOrEqual(SHORT_WORDS + FIRST_SHAPE);
  });

  // Stored data depends on the place of each word: a release may only add to the end of the list.
  test("begins as it always did", () => {
    const stored = new Bun.CryptoHasher("sha256").update(WORDS.slice(0, 145).join(" ")).digest("hex");
    expect(stored).toBe("b80ad5ef1863b0ea7dc3bb995595cb36a8fed2ef89caba5dcaecf1cec1538ff8");
  });

  test("has every type and field that the shop's actors store", async () => {
    const words = new Set(WORDS);
    const missing = new Set<string>();
    for (const kind of ["inventory", "cart", "order"]) {
      const golden: unknown = await Bun.file(
        new URL(`../../../actors/golden/${kind}-1.json`, import.meta.url),
      ).json();
      for (const name of namesIn(
        (golden as { events: { event: unknown }[] }[]).flatMap(({ events }) =>
          events.map(({ event }) => event),
        ),
      ))
        if (!words.has(name)) missing.add(name);
    }
    expect([...missing]).toEqual([]);
  });
});

function hash(text: string, seed: number): number {
  return Bun.hash.xxHash32(text, seed);
}

function texts(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `text-${index}`);
}

/** All names of fields, and values of `type`, anywhere in the data. */
function* namesIn(data: unknown): Iterable<string> {
  if (typeof data !== "object" || data === null) return;
  for (const [name, value] of Object.entries(data)) {
    if (!Array.isArray(data)) yield name;
    if (name === "type" && typeof value === "string") yield value;
    yield* namesIn(value);
  }
}
