import { afterEach, beforeEach, expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HistoryBuilder } from "./history-builder.ts";
import { HistoryFile, HistoryReader } from "./history-file.ts";
import { HistoryRecorder, type HistorySink } from "./history-recorder.ts";

const CART = "shop/cart/CART";

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stampede-history-"));
  path = join(directory, "history.ndjson");
});

afterEach(() => rmSync(directory, { recursive: true }));

/** A client that buys, is refused, waits in vain, watches two topics and leaves one. */
function record(sink: HistorySink): void {
  let nowMs = 0;
  const recorder = new HistoryRecorder(sink, () => ++nowMs);
  const client = "one";
  const invoke = (operation: string, key: string): number =>
    recorder.invoke({ client, actor: CART, operation, key, fields: { sku: "lamp" } });
  const added = invoke("AddLine", "k1");
  const refused = invoke("AddLine", "k2");
  recorder.end(added, "ok", { line: 1 });
  recorder.end(refused, "refused", "sold_out");
  invoke("CheckOut", "k3");
  for (const topic of [CART, "shop/inventory/lamp"]) recorder.watch(client, topic);
  recorder.view({ client, topic: CART, epoch: 1, offset: 4, value: { lines: [] } });
  recorder.view({ client, topic: CART, epoch: 1, offset: 5, value: null, askedAtMs: 3 });
  recorder.unwatch(client, CART);
}

test("a file gives the history that was recorded", async () => {
  const builder = new HistoryBuilder();
  record(builder);
  const file = new HistoryFile(path);
  record(file);
  file.close();
  expect(await new HistoryReader(path).read()).toEqual(builder.history());
  const { operations, watching } = builder.history();
  expect(operations.map(({ ending, value }) => [ending, value])).toEqual([
    ["ok", { line: 1 }],
    ["refused", "sold_out"],
    ["unknown", null],
  ]);
  expect(watching).toEqual([{ client: "one", topic: "shop/inventory/lamp" }]);
});

test("what was recorded in a turn can be read after it, while the file is still being written", async () => {
  const file = new HistoryFile(path);
  record(file);
  await new Promise(setImmediate);
  expect((await new HistoryReader(path).read()).operations).toHaveLength(3);
  file.close();
});

test("a line that is not finished is read when it is", async () => {
  const file = new HistoryFile(path);
  record(file);
  file.close();
  const reader = new HistoryReader(path);
  appendFileSync(path, '{"t":"end","op":3,"end');
  expect((await reader.read()).operations[2]?.ending).toBe("unknown");
  appendFileSync(path, 'ing":"refused","value":"zu spät","atMs":9}\n');
  expect((await reader.read()).operations[2]).toMatchObject({ ending: "refused", value: "zu spät" });
});

test("a line that is no entry is named, and so is another version", async () => {
  const file = new HistoryFile(path);
  file.close();
  appendFileSync(path, '{"t":"end","op":"three"}\n');
  await expect(new HistoryReader(path).read()).rejects.toThrow("line 2 of the history cannot be read");
  writeFileSync(path, readFileSync(path, "utf8").replace('{"history":1}', '{"history":2}'));
  await expect(new HistoryReader(path).read()).rejects.toThrow("line 1 of the history cannot be read");
});

test("a line that is no entry is named by its number in the file, also when those before it were read earlier", async () => {
  const file = new HistoryFile(path);
  record(file);
  file.close();
  const reader = new HistoryReader(path);
  await reader.read();
  const lines = readFileSync(path, "utf8").split("\n").length - 1;
  appendFileSync(path, '{"t":"end","op":"three"}\n');
  await expect(reader.read()).rejects.toThrow(`line ${lines + 1} of the history cannot be read`);
});

test("a file of an earlier run is not written over", () => {
  new HistoryFile(path).close();
  expect(() => new HistoryFile(path)).toThrow("EEXIST");
});

test("an operation that ends twice, or was never invoked, is no history", () => {
  const builder = new HistoryBuilder();
  record(builder);
  const end = { t: "end", ending: "ok", value: null, atMs: 9 } as const;
  expect(() => builder.add({ ...end, op: 1 })).toThrow("an operation ends once");
  expect(() => builder.add({ ...end, op: 99 })).toThrow("an operation ends after it was invoked");
});
