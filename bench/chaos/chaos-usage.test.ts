import { expect, test } from "bun:test";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("./chaos.ts", import.meta.url));

async function chaos(...args: readonly string[]) {
  const child = Bun.spawn([process.execPath, PROGRAM, ...args], { stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { stdout, stderr, exitCode: await child.exited };
}

test("wrong use is told in one sentence with a hint, and the help names its exit code", async () => {
  const { stderr, exitCode } = await chaos("--cycles", "0");
  expect(stderr).toBe(
    "chaos: --cycles: 0 is not a whole number from 1 to 1000\n(add --help for the options)\n",
  );
  expect(exitCode).toBe(2);
  expect((await chaos("--help")).stdout).toContain("with 2 for wrong use");
});
