import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { cartDecider } from "../../actors/cart/cart.ts";
import { shopDeciders } from "../../actors/shop.ts";
import { purseDecider } from "../../bench/versions/testing/purse.ts";
import { compareGolden, describeChange, type Golden } from "./golden.ts";
import { goldens, ROWS_VERSION } from "./goldens.ts";
import { missingMigrations } from "./version-migrations.ts";

test.each(goldens().map((golden) => [golden.file, golden] as const))("%s holds", async (_file, golden) => {
  const status = await compareGolden(golden);
  if (status.type === "missing") throw new Error(`${golden.file} is missing: "npm run golden" writes it.`);
  if (status.type === "changed") throw new Error(describeChange(golden, status.differences));
});

test("a change without a new version is told with its places and what to do", async () => {
  const { version } = cartDecider;
  const file = `actors/golden/cart-${version}.shapes.json`;
  const found = goldens().find((golden) => golden.file === file);
  if (found === undefined) throw new Error("the cart has a golden file");
  const produced = found.produce() as Readonly<Record<string, object>>;
  const events: Record<string, string | undefined> = { ...produced["events"], "LineHeld.note": "string" };
  delete events["LineRemoved.line"];
  const changed: Golden = { ...found, produce: () => ({ ...produced, events }) };
  const status = await compareGolden(changed);
  if (status.type !== "changed") throw new Error("the change was not found");
  expect(describeChange(changed, status.differences).split("\n")).toEqual([
    `${file} is not what this release stores or sends any more:`,
    '  events LineHeld.note: was nothing, is "string"',
    '  events LineRemoved.line: was "number", is nothing',
    `Golden files never change. Raise the version of cart in actors/cart/cart.ts to ${version + 1}, give it an upcaster ` +
      `from ${version}, and add an empty migration "NNNN-cart-${version + 1}.sql". Then run "npm run golden". docs/event-versions.md has the steps.`,
  ]);
});

test("a version comes with a migration of its name, so that older releases refuse the database at once", () => {
  const names = readdirSync(join(import.meta.dir, "../../persistence/postgres/migrations"));
  expect(missingMigrations(shopDeciders, ROWS_VERSION, names)).toEqual([]);
  expect(missingMigrations([purseDecider(3)], 2, ["0009-purse-2.sql"])).toEqual(["purse-3", "rows-2"]);
});
