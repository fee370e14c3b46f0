import { expect, test } from "bun:test";
import { join } from "node:path";
import { EXIT_INTERRUPTED } from "./interruption.ts";

const MODULE = join(import.meta.dir, "interruption.ts");

/** Works until it is told to end, and says when it has begun and whether it was told; 130 means that it was. */
const WORK = `
import { EXIT_INTERRUPTED, Interrupted, interruptible, unlessInterrupted } from ${JSON.stringify(MODULE)};
process.stdin.once("data", () => process.exit(0));
await interruptible((signal) => {
  console.log("begun");
  return unlessInterrupted(signal, new Promise(() => undefined));
}).catch((error) => process.exit(error instanceof Interrupted ? EXIT_INTERRUPTED : 1));
`;

/** Starts the work behind a shell command, and sends it signals once it has begun. */
async function told(before: string, ...signals: readonly NodeJS.Signals[]): Promise<number> {
  const command = ["sh", "-c", `${before} exec "$0" -e "$1"`, process.execPath, WORK];
  const child = Bun.spawn(command, { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  try {
    const { value } = await child.stdout.getReader().read();
    expect(new TextDecoder().decode(value)).toBe("begun\n");
    for (const signal of signals) child.kill(signal);
    // It ends with 0 if none of them has ended it.
    if (before !== "") await child.stdin.write("end\n");
    await child.stdin.flush();
    return await child.exited;
  } finally {
    child.kill("SIGKILL");
    await child.exited;
  }
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s ends the work, which can put itself away",
  async (signal) => {
    expect(await told("", signal)).toBe(EXIT_INTERRUPTED);
  },
);

test("work that goes on without its terminal is not ended when that is closed", async () => {
  expect(await told("trap '' HUP;", "SIGHUP")).toBe(0);
});
