import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const top = join(import.meta.dir, "../..");
const page = readFileSync(join(top, "docs/operations.md"), "utf8");
const rules = readFileSync(join(top, "deploy/monitoring/rules.yml"), "utf8");

test("operators find what to do at each alert, with how urgent it is, and at no others", () => {
  const rows = [...page.matchAll(/^\| (Stampede\w+) +\| (\w+) /gm)].map(
    ([, alert, severity]) => `${alert} ${severity}`,
  );
  const alerts = [...rules.matchAll(/alert: (\w+)$.*?severity: (\w+)/gms)].map(
    ([, alert, severity]) => `${alert} ${severity}`,
  );
  expect(alerts.length).toBeGreaterThan(0);
  expect(rows.toSorted()).toEqual(alerts.toSorted());
});
