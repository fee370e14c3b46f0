import { afterEach, expect, test } from "bun:test";
import { styled, textTable } from "./text-table.ts";

const noColor = process.env["NO_COLOR"];

afterEach(() => {
  if (noColor === undefined) delete process.env["NO_COLOR"];
  else process.env["NO_COLOR"] = noColor;
});

test("columns are as wide as their widest cell, and no line ends with a blank", () => {
  const rows = [
    ["node-a", "1", "here"],
    ["b", "256", ""],
  ];
  expect(textTable(["NODE", "SHARDS", "NOTES"], rows, false)).toBe(
    "NODE    SHARDS  NOTES\nnode-a  1       here\nb       256\n",
  );
});

test("titles are bold on a terminal, unless somebody wants no colours", () => {
  const terminal = { isTTY: true } as NodeJS.WriteStream;
  delete process.env["NO_COLOR"];
  expect([styled(terminal), styled({ isTTY: false } as NodeJS.WriteStream)]).toEqual([true, false]);
  process.env["NO_COLOR"] = "1";
  expect(styled(terminal)).toBe(false);
  expect(textTable(["A", "B"], [["1", "2"]], true)).toBe("\u001b[1mA  B\u001b[0m\n1  2\n");
});
