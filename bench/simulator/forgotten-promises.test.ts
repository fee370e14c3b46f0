import { expect, test } from "bun:test";
import { join } from "node:path";

const MODULE = join(import.meta.dir, "forgotten-promises.ts");

// In a process of its own: here the test runner hears of them first.
const SCRIPT = `
  import { ForgottenPromises } from ${JSON.stringify(MODULE)};
  const promises = new ForgottenPromises();
  const quiet = { violations: [] };
  const forgets = () => {
    void Promise.reject(new Error("nobody hears this"));
    return quiet;
  };
  for (const run of [forgets, () => quiet]) console.log(JSON.stringify(await promises.watch(run)));
`;

test("a promise that fails while nobody waits for it is found, in the seed that made it", async () => {
  const child = Bun.spawn([process.execPath, "-e", SCRIPT], { stdout: "pipe", stderr: "pipe" });
  const said = await child.stdout.text();
  const [first, second] = said
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  expect(first).toMatchObject({
    violations: [{ check: "forgotten promises", detail: expect.stringContaining("nobody hears this") }],
  });
  expect(second).toEqual({ violations: [] });
  expect([await child.stderr.text(), await child.exited]).toEqual(["", 0]);
});
