import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFailedTests } from "./failed-tests.ts";

const TESTS = `import { describe, expect, test } from "bun:test";
test("good", () => {});
test("bad", () => expect("<one>").toBe("two"));
describe("group", () => {
  test("late", () => Bun.sleep(60_000), 10);
  test("long", () => { throw new Error("line\\n".repeat(100)); });
});
`;

test("a report of a real run tells where each failed test is, and why it failed", async () => {
  const directory = mkdtempSync(join(tmpdir(), "stampede-failed-"));
  try {
    writeFileSync(join(directory, "some.test.ts"), TESTS);
    const report = join(directory, "report.xml");
    const command = [process.execPath, "test", "--reporter=junit", `--reporter-outfile=${report}`];
    const { exited } = Bun.spawn(command, { cwd: directory, stdio: ["ignore", "ignore", "ignore"] });
    expect(await exited).toBe(1);
    const failed = readFailedTests(readFileSync(report, "utf8"));
    expect(failed[2]?.why.split("\n")).toHaveLength(40);
    expect(failed).toMatchObject([
      { place: "some.test.ts:3", name: "bad", why: expect.stringContaining('Expected: "two"') },
      { place: "some.test.ts:5", name: "group > late", why: expect.stringContaining("timed out") },
      { place: "some.test.ts:6", name: "group > long", why: expect.stringContaining("Error: line\nline") },
    ]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
