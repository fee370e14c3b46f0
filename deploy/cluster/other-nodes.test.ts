import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endOtherNode } from "./other-nodes.ts";

let directory: string | undefined;

afterEach(() => {
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
});

/** A process that has a node's directory, and does this with SIGTERM. */
async function heldBy(onSigterm: string) {
  const home = mkdtempSync(join(tmpdir(), "stampede-other-nodes-"));
  directory = home;
  const module = new URL("../shop/data-directory.ts", import.meta.url).pathname;
  const program = `
    import { DataDirectory } from ${JSON.stringify(module)};
    const held = DataDirectory.open(${JSON.stringify(join(home, "node-a"))});
    process.on("SIGTERM", () => { ${onSigterm} });
    setInterval(() => undefined, 1_000);
    console.log("held");`;
  const file = join(home, "node.ts");
  writeFileSync(file, program);
  const child = Bun.spawn([process.execPath, file], { stdio: ["ignore", "pipe", "inherit"] });
  const { value } = await child.stdout.getReader().read();
  expect(new TextDecoder().decode(value)).toBe("held\n");
  return { home, child, node: { name: "node-a", pid: child.pid } };
}

test("a node that ends when it is told is not killed", async () => {
  const { home, child, node } = await heldBy("held.close(); process.exit(0);");
  expect(await endOtherNode(home, node, 30_000)).toBe(false);
  expect(await child.exited).toBe(0);
});

test("a node that does not end in time is killed, and that is told", async () => {
  const { home, child, node } = await heldBy("");
  expect(await endOtherNode(home, node, 100)).toBe(true);
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");
});
