import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A file that shows how something is stored or sent in one version. It is written once and never changed. */
export interface Golden {
  /** Path from the top of the repository; the version is part of the name. */
  readonly file: string;
  /** What raises its version, and what has to come with that. */
  readonly remedy: string;
  /** Whether what this release produces has to be what the file says. Else the file only has to stay readable. */
  readonly compared: boolean;
  /** Its content as this release would write it, or a promise of it: a text, or data for a file of JSON. */
  readonly produce: () => unknown;
}

/** How a golden file stands to what this release produces. */
export type GoldenStatus =
  | { readonly type: "same" }
  | { readonly type: "missing" }
  /** `differences` has a line for each place of data that is another one, or one line for a text. */
  | { readonly type: "changed"; readonly differences: readonly string[] };

const TOP = join(import.meta.dir, "../..");

/** Compares a golden file with what this release produces. `top` is where the repository is. */
export async function compareGolden({ file, compared, produce }: Golden, top = TOP): Promise<GoldenStatus> {
  const path = join(top, file);
  if (!existsSync(path)) return { type: "missing" };
  if (!compared) return { type: "same" };
  const text = await Bun.file(path).text();
  const produced = await produce();
  const differences =
    typeof produced === "string"
      ? differencesOf(text.trim(), produced, "the text")
      : differencesOf(JSON.parse(text), produced, "");
  return differences.length === 0 ? { type: "same" } : { type: "changed", differences };
}

/** What became of the golden files. */
export interface GoldenUpdate {
  /** Files that were missing. */
  readonly written: readonly string[];
  /** What to tell about those that this release differs from; they are as they were. */
  readonly changes: readonly string[];
}

/** Writes the golden files that are missing and leaves all others alone, formatted as the repository is. */
export async function updateGoldens(goldens: readonly Golden[], top = TOP): Promise<GoldenUpdate> {
  const written: string[] = [];
  const changes: string[] = [];
  for (const golden of goldens) {
    const status = await compareGolden(golden, top);
    if (status.type === "changed") changes.push(describeChange(golden, status.differences));
    if (status.type !== "missing") continue;
    await writeGolden(golden, top);
    written.push(golden.file);
  }
  if (written.length > 0)
    Bun.spawnSync([process.execPath, "fmt", "--no-script", ...written.map((file) => join(top, file))], {
      cwd: TOP,
    });
  return { written, changes };
}

async function writeGolden({ file, produce }: Golden, top: string): Promise<void> {
  const path = join(top, file);
  await mkdir(dirname(path), { recursive: true });
  const produced = await produce();
  await Bun.write(path, `${typeof produced === "string" ? produced : JSON.stringify(produced, null, 2)}\n`);
}

/** What an engineer reads whose change is not in the golden file. */
export function describeChange({ file, remedy }: Golden, differences: readonly string[]): string {
  return [
    `${file} is not what this release stores or sends any more:`,
    ...differences.map((line) => `  ${line}`),
    `Golden files never change. ${remedy} Then run "npm run golden". docs/event-versions.md has the steps.`,
  ].join("\n");
}

/** Every place at which two pieces of data differ. */
function differencesOf(golden: unknown, produced: unknown, at: string): readonly string[] {
  if (isRecord(golden) && isRecord(produced)) {
    const names = [...new Set([...Object.keys(golden), ...Object.keys(produced)])].sort();
    return names.flatMap((name) =>
      differencesOf(golden[name], produced[name], at === "" ? name : `${at} ${name}`),
    );
  }
  const [before, after] = [golden, produced].map((value) => JSON.stringify(value) ?? "nothing");
  return before === after ? [] : [`${at}: was ${before}, is ${after}`];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
