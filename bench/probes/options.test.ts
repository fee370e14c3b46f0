import { expect, test } from "bun:test";
import { join } from "node:path";

const BENCH = join(import.meta.dir, "..");

/** Runs a program of this folder's parent with wrong arguments or for its help: none of them measures anything then. */
async function run(program: string, ...args: readonly string[]) {
  const child = Bun.spawn([process.execPath, join(BENCH, program), ...args], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [said, complaint] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { exitCode: await child.exited, said, complaint };
}

const numberOf: readonly (readonly [program: string, option: string])[] = [
  ["moves/move-pauses.ts", "--drains"],
  ["probes/append-cpu.ts", "--rows"],
  ["probes/read-ahead.ts", "--rounds"],
  ["probes/read-models.ts", "--rounds"],
  ["probes/remote-command.ts", "--sockets"],
  ["probes/sale-floor.ts", "--seconds"],
  ["probes/work-units.ts", "--seconds"],
];

test.each(numberOf)("%s tells its options, and refuses others in one sentence", async (program, option) => {
  const help = await run(program, "--help");
  expect(help).toMatchObject({ exitCode: 0, complaint: "" });
  expect(help.said).toStartWith(`bun bench/${program} `);
  expect(help.said).toContain(option);
  const add = "(--help lists the options)\n";
  expect(await run(program, "--nope")).toEqual({
    exitCode: 2,
    said: "",
    complaint: `Unknown option '--nope' ${add}`,
  });
  expect(await run(program, option, "many")).toEqual({
    exitCode: 2,
    said: "",
    complaint: `${option} takes a whole number from 1 on, not "many" ${add}`,
  });
  expect(await run(program, "many")).toMatchObject({ exitCode: 2, said: "" });
});

test("the two ways in which move-pauses can load a cluster exclude each other", async () => {
  expect(await run("moves/move-pauses.ts", "--rate", "5", "--sockets", "5")).toEqual({
    exitCode: 2,
    said: "",
    complaint: "--sockets and --rate exclude each other (--help lists the options)\n",
  });
});
