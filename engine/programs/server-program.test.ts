import { expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { findServerProgram } from "./server-program.ts";

const MODULE = fileURLToPath(new URL("server-program.ts", import.meta.url));

const shell = { name: "sh", packages: ["dash"], installation: "it is there" };
const missing = { name: "no-such-server", packages: ["no-such-package"], installation: "from example.org" };

test("a program on the PATH is taken from there", async () => {
  expect(await findServerProgram(shell)).toBe(Bun.which("sh") ?? "");
});

test("a machine that has no such program and is no Debian is told what to install", async () => {
  const script = `
    import { findServerProgram } from ${JSON.stringify(MODULE)};
    await findServerProgram(${JSON.stringify(missing)}).catch(({ message }) => process.stdout.write(message));`;
  // The PATH is the one that a process was started with.
  const asked = Bun.spawn([process.execPath, "-e", script], {
    stdout: "pipe",
    env: { ...process.env, PATH: "/nowhere" },
  });
  expect(await asked.stdout.text()).toBe(
    "There is no no-such-server on this machine: install it (from example.org) so that it is on the PATH.",
  );
});
