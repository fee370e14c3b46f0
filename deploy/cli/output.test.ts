import { expect, test } from "bun:test";
import { join } from "node:path";

const PROGRAM = `
  const { Output } = await import(${JSON.stringify(join(import.meta.dir, "output.ts"))});
  const output = new Output();
  try {
    for (let line = 0; line < 50_000 && !output.closed; line += 1) await output.write("a line of a result\\n");
    console.error(output.closed ? "closed" : "written");
  } catch (error) {
    console.error(error.message);
  }`;

/** Writes more than a pipe holds. */
function write(stdout: "pipe" | Bun.BunFile) {
  return Bun.spawn([process.execPath, "-e", PROGRAM], { stdout, stderr: "pipe" });
}

test("a result that cannot be written is a fault, and not one that nobody reads", async () => {
  const { stderr } = write(Bun.file("/dev/full"));
  expect(await new Response(stderr).text()).toBe("standard output cannot be written (ENOSPC)\n");
});

test("whoever has read enough may leave", async () => {
  const { stdout, stderr } = write("pipe") as Bun.Subprocess<"ignore", "pipe", "pipe">;
  await stdout.cancel();
  expect(await new Response(stderr).text()).toBe("closed\n");
});
