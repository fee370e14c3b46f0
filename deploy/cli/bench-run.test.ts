import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stopLeftPostgres } from "../../bench/crash/left-postgres.ts";
import { runStampede, ShopProcess } from "../../bench/crash/shop-process.ts";
import { readResultFile } from "../../bench/report/result-file.ts";
import type { RunResult } from "../../bench/runs/run-result.ts";
import { layOutCluster } from "../../persistence/testing/ready-cluster.ts";

const PROGRAM = fileURLToPath(new URL("../stampede.ts", import.meta.url));
const TEST_MS_MAX = 120_000;

let shop: ShopProcess;
let directory = "";

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "stampede-run-"));
  // Postgres runs as a user of its own when we are root, and has to get to its files.
  chmodSync(directory, 0o755);
  await startShop();
}, TEST_MS_MAX);

afterAll(async () => {
  await shop.kill();
  await stopLeftPostgres(directory);
  rmSync(directory, { recursive: true, force: true });
}, TEST_MS_MAX);

const children: Bun.Subprocess[] = [];
afterEach(async () => {
  // A run does not write over the report of another one.
  rmSync(join(directory, "out"), { recursive: true, force: true });
  for (const child of children.splice(0)) {
    child.kill("SIGKILL");
    await child.exited;
  }
});

async function startShop(): Promise<void> {
  await layOutCluster(join(directory, "shop", "postgres"));
  shop = await ShopProcess.start({ dataDirectory: join(directory, "shop"), lanes: 1, port: 0 });
}

/** The arguments of a run at the test's shop. */
function argumentsOf(scenario: string, ...further: readonly string[]): readonly string[] {
  const target = ["--url", shop.url, "--data", join(directory, "shop"), "--out", join(directory, "out")];
  return ["bench", "run", scenario, ...target, ...further];
}

/** Writes a scenario with one phase of ten minutes, and returns its path. */
function longScenario(): string {
  const path = join(directory, "long.yaml");
  writeFileSync(
    path,
    `description: Goes on for ten minutes.
shop: { skus: 2 }
sockets: 10
phases: [{ name: buying, for: 10m, rate: 50 }]
journeys: [{ name: buyer, steps: [add: {}, checkout: tok_ok] }]
thresholds: [oversold == 0]
`,
  );
  return path;
}

/** Starts a run that goes on for ten minutes, and waits until its first second was seen. */
async function startLongRun() {
  const child = Bun.spawn([process.execPath, PROGRAM, ...argumentsOf(longScenario(), "--json")], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, DATABASE_URL: undefined, STAMPEDE_SECRET: undefined },
  });
  children.push(child);
  const stdout = child.stdout.text();
  const shown = child.stderr.pipeThrough(new TextDecoderStream());
  let text = "";
  const seen = Promise.withResolvers<void>();
  const read = async (): Promise<void> => {
    for await (const part of shown) {
      text += part;
      if (text.includes(" buying: ")) seen.resolve();
    }
    seen.reject(new Error(`the run ended before its first second was seen: ${text}`));
  };
  void read();
  await seen.promise;
  const ended = async () => ({
    exitCode: await child.exited,
    result: JSON.parse(await stdout) as RunResult,
  });
  return { child, ended };
}

test(
  "a newcomer's first run: figures, the journal's word, and a page to open",
  async () => {
    const factors = ["--seconds-factor", "0.1", "--rate-factor", "0.2", "--generators", "2"];
    const { exitCode, stdout, stderr } = await runStampede(argumentsOf("flash-sale", ...factors));
    const result = await readResultFile(join(directory, "out", "result.json"));
    // How fast this machine is today is none of a test's business: broken thresholds on latency only change the code.
    const areMet = result.thresholds.every(({ isMet }) => isMet);
    expect([exitCode, stderr]).toEqual([
      areMet ? 0 : 99,
      expect.stringContaining("flash-sale: opening connections\n"),
    ]);
    expect(stdout).toStartWith("flash-sale: ");
    expect(stdout).toEndWith(`report ${join(directory, "out", "report.html")}\n`);
    expect(result).toMatchObject({
      generators: 2,
      interrupted: false,
      shopWentAway: false,
      reconciliation: { lost: 0, oversold: 0, unexplained: 0, contradicted: 0, unanswered: 0 },
    });
    expect(result.phases.map(({ name }) => name)).toEqual(["calm", "ramp", "spike", "after"]);
    expect(result.reconciliation?.acknowledged).toBe(result.reconciliation?.confirmedInJournal as number);
    expect(result.whole.orders).toBeGreaterThan(0);
    expect(result.timeline.at(-1)?.available).toBeGreaterThan(0);
    expect(result.whole.cpu.microsPerOrder).toBeGreaterThan(0);
    for (const file of ["timeline.csv", "latency.hlog", "report.html"])
      expect(existsSync(join(directory, "out", file))).toBe(true);
  },
  TEST_MS_MAX,
);

test(
  "a broken threshold makes the exit code 99",
  async () => {
    const short = ["--seconds-factor", "0.02", "--rate-factor", "0.1", "--json"];
    const { exitCode, stdout } = await runStampede(
      argumentsOf("flash-sale", ...short, "--threshold", "calm: orders<0"),
    );
    const { thresholds } = JSON.parse(stdout) as RunResult;
    expect(thresholds.at(-1)).toMatchObject({ phase: "calm", measure: "orders", isMet: false });
    expect(exitCode).toBe(99);
  },
  TEST_MS_MAX,
);

test(
  "a limit per customer holds for as long as the run goes on",
  async () => {
    const short = ["--seconds-factor", "0.1", "--rate-factor", "0.1", "--json"];
    const { stdout } = await runStampede(argumentsOf("drop-with-bots", ...short));
    const { whole, reconciliation } = JSON.parse(stdout) as RunResult;
    expect(whole.refusedByCode["limit_per_customer"]).toBeGreaterThan(0);
    expect(reconciliation).toMatchObject({ oversold: 0, lost: 0, receivedUnits: 3_000 });
  },
  TEST_MS_MAX,
);

test(
  "Ctrl-C ends a run early, and what was measured is reported",
  async () => {
    const { child, ended } = await startLongRun();
    child.kill("SIGINT");
    const { exitCode, result } = await ended();
    expect(result).toMatchObject({ interrupted: true, reconciliation: { lost: 0, unanswered: 0 } });
    expect(result.whole.orders).toBeGreaterThan(0);
    expect(exitCode).toBe(130);
  },
  TEST_MS_MAX,
);

test(
  "a run whose shop is killed ends early with 1, and its orders are looked for in the database all the same",
  async () => {
    const { ended } = await startLongRun();
    await shop.kill();
    const { exitCode, result } = await ended();
    await startShop();
    expect(result).toMatchObject({
      shopWentAway: true,
      reconciliation: { lost: 0, oversold: 0, unexplained: 0 },
    });
    expect(result.whole.cpu.microsPerOrder).toBeNull();
    expect(exitCode).toBe(1);
  },
  TEST_MS_MAX,
);

test("what cannot be run is refused before anything is asked of a shop", async () => {
  const refusals = [
    [["bench", "run"], "bench run needs a scenario; --list shows them"],
    [["bench", "run", "none"], "none: there is no such scenario; there are abandon, "],
    [["bench", "run", "flash-sale", "--threshold", "orders>"], "--threshold: a threshold is written like "],
    [
      ["bench", "run", "flash-sale", "--generators", "2", "--sockets", "1"],
      "--generators: 2 generators need as many",
    ],
    [
      ["bench", "run", "replay-of-a-real-day"],
      "--retail-file: replay-of-a-real-day plays a day of one; name it",
    ],
    [["bench", "run", "flash-sale", "--retail-file", "x.csv"], "--retail-file: flash-sale plays none"],
  ] as const;
  const results = await Promise.all(refusals.map(([args]) => runStampede(args)));
  for (const [index, [, refusal]] of refusals.entries()) {
    expect(results[index]?.stderr).toStartWith(`stampede: ${refusal}`);
    expect(results[index]?.exitCode).toBe(2);
  }
});

test("the scenarios are listed with what they do", async () => {
  const { exitCode, stdout } = await runStampede(["bench", "run", "--list"]);
  expect(stdout).toMatch(/^flash-sale +A drop of one wanted product\./m);
  expect(exitCode).toBe(0);
});
