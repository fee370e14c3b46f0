import { describe, expect, test } from "bun:test";
import { columnGroups } from "./column-groups.ts";

describe("rows in groups", () => {
  test("are together when they set the same columns, in whatever order they name them", () => {
    const rows = [
      { tenant: "demo", id: "1", status: "captured" },
      { tenant: "demo", id: "2", status: "refused", refusal_code: "OUT_OF_STOCK" },
      { tenant: "shop", id: "3", refusal_code: null, status: "authorising" },
      { tenant: "shop", id: "4", status: "confirmed" },
    ];
    expect(columnGroups("orders", rows)).toEqual([
      { tenant: ["demo", "shop"], id: ["1", "4"], status: ["captured", "confirmed"] },
      {
        tenant: ["demo", "shop"],
        id: ["2", "3"],
        status: ["refused", "authorising"],
        refusal_code: ["OUT_OF_STOCK", null],
      },
    ]);
  });

  test("share their counts, with 0 for those that do not count", () => {
    const rows = [
      { tenant: "demo", id: "A", held: -1, sold: 1 },
      { tenant: "demo", id: "B", held: 2 },
    ];
    expect(columnGroups("stock", rows)).toEqual([
      { tenant: ["demo", "demo"], id: ["A", "B"], held: [-1, 2], sold: [1, 0] },
    ]);
  });

  test("are none when there are no rows", () => {
    expect(columnGroups("stock", [])).toEqual([]);
  });
});
