import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { prometheusPrograms } from "./testing/prometheus-programs.ts";

const FETCH_MS_MAX = 180_000;
const TESTS = ["rules.test.yml", "minutes.test.yml", "hours.test.yml"];

const alertSchema = z.looseObject({
  alert: z.string(),
  labels: z.object({ severity: z.enum(["page", "ticket"]) }),
  annotations: z.object({ summary: z.string(), runbook: z.string() }),
});
const recordSchema = z.strictObject({ record: z.string(), expr: z.string() });
const rulesSchema = z.object({
  groups: z.array(z.object({ rules: z.array(z.union([alertSchema, recordSchema])) })),
});

const text = (name: string): string => readFileSync(join(import.meta.dir, name), "utf8");
const rules = rulesSchema.parse(Bun.YAML.parse(text("rules.yml"))).groups.flatMap((group) => group.rules);
const alerts = rules.filter((rule) => "alert" in rule);

async function promtool(...args: readonly string[]): Promise<void> {
  const { promtool: program } = await prometheusPrograms();
  const run = Bun.spawn([program, ...args], { cwd: import.meta.dir, stdout: "pipe", stderr: "pipe" });
  const said = await Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text()]);
  if ((await run.exited) !== 0) throw new Error(said.join("\n"));
}

test(
  "Prometheus takes its configuration and the rules",
  () => promtool("check", "config", "prometheus.yml"),
  FETCH_MS_MAX,
);

test(
  "each alert is silent when it must be, and speaks when it must",
  () => promtool("test", "rules", ...TESTS),
  FETCH_MS_MAX,
);

for (const { alert, annotations } of alerts) {
  test(`${alert} has its test, once silent and once not`, () => {
    const tests = TESTS.map(text).join("\n");
    const times = tests.match(new RegExp(`alertname: ${alert}\\b`, "g")) ?? [];
    expect(times.length).toBeGreaterThanOrEqual(2);
  });

  test(`${alert} names a paragraph that is there`, () => {
    const [page = "", anchor = ""] = annotations.runbook.split("#");
    const file = join(import.meta.dir, "../..", page);
    expect(existsSync(file)).toBe(true);
    const headings = [...readFileSync(file, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    );
    expect(headings).toContain(anchor);
  });
}
