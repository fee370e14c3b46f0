import { afterAll, beforeEach, expect, test } from "bun:test";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const nest = mkdtempSync(join(tmpdir(), "with bun's "));
const project = join(nest, "project");
const fetched = join(project, ".cache/bun-1.4.5/bin/bun");
const stamp = join(project, "node_modules/.stampede-bun.lock");

// Stands in for Bun: answers --version, installs by leaving a mark (slowly, so that two installs would meet), and shows
// what it is given otherwise.
const FAKE_BUN = `#!/bin/sh
case $1 in
  --version) echo "\${FAKE_VERSION:-1.4.5}" ;;
  install)
    [ ! -e node_modules/installing ] || echo "two at once" >&2
    mkdir -p node_modules; touch node_modules/installing; sleep 0.2
    rm node_modules/installing; touch node_modules/whole; echo installed >&2 ;;
  *) echo "ran $*" ;;
esac
`;
// Stands in for npm: makes the package that holds Bun.
const FAKE_NPM = `#!/bin/sh
mkdir -p node_modules/bun/bin
cp "\${0%/*}/bun-to-fetch" node_modules/bun/bin/bun.exe
`;

beforeEach(() => {
  rmSync(nest, { recursive: true, force: true });
  mkdirSync(join(project, "deploy"), { recursive: true });
  mkdirSync(join(nest, "path"));
  cpSync(join(import.meta.dir, "with-bun.sh"), join(project, "deploy/with-bun.sh"));
  writeFileSync(join(project, "bun.lock"), "locked 1");
});

afterAll(() => rmSync(nest, { recursive: true, force: true }));

function program(name: string, text: string): void {
  writeFileSync(join(nest, "path", name), text);
  chmodSync(join(nest, "path", name), 0o755);
}

async function run(environment: Record<string, string> = {}) {
  const child = Bun.spawn(["sh", join(project, "deploy/with-bun.sh"), "start", "a b"], {
    cwd: "/",
    env: { PATH: `${join(nest, "path")}:/usr/bin:/bin`, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [output, messages] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { output, messages, exitCode: await child.exited };
}

test("with everything there it says nothing and becomes Bun", async () => {
  program("bun", FAKE_BUN);
  await run();
  expect(await run()).toEqual({ output: "ran start a b\n", messages: "", exitCode: 0 });
});

test("the dependencies are installed again when the lock file has changed", async () => {
  program("bun", FAKE_BUN);
  await run();
  writeFileSync(join(project, "bun.lock"), "locked 2");
  expect((await run()).messages).toContain("installed");
  expect(readFileSync(stamp, "utf8")).toBe("locked 2");
});

test("an install that was interrupted is started again from nothing, and a dead holder's lock is taken over", async () => {
  program("bun", FAKE_BUN);
  mkdirSync(join(project, "node_modules/half-written"), { recursive: true });
  mkdirSync(join(project, ".cache"));
  // Process ids end far below this one.
  symlinkSync("999999999", join(project, ".cache/first-run"));
  expect((await run()).exitCode).toBe(0);
  expect(existsSync(join(project, "node_modules/half-written"))).toBe(false);
  expect(readdirSync(join(project, ".cache"))).toEqual([]);
});

test("first runs at the same time install once", async () => {
  program("bun", FAKE_BUN);
  const runs = await Promise.all([run(), run(), run(), run()]);
  expect(runs.map(({ output }) => output)).toEqual(Array.from({ length: 4 }, () => "ran start a b\n"));
  const messages = runs.map((each) => each.messages).join("");
  expect(messages.match(/^installed$/gm)).toHaveLength(1);
  expect(messages).not.toContain("two at once");
});

test("without the pinned Bun it is fetched through npm", async () => {
  program("bun", FAKE_BUN);
  program("bun-to-fetch", FAKE_BUN.replace("${FAKE_VERSION:-1.4.5}", "1.4.5"));
  program("npm", FAKE_NPM);
  const { output, messages } = await run({ FAKE_VERSION: "1.3.0" });
  expect(messages).toContain("fetching Bun 1.4.5");
  expect(output).toBe("ran start a b\n");
  expect(existsSync(fetched)).toBe(true);
});

test("a Bun that was fetched but does not run is said so", async () => {
  program("bun", FAKE_BUN);
  program("bun-to-fetch", "#!/bin/sh\nexit 1\n");
  program("npm", FAKE_NPM);
  const { messages, exitCode } = await run({ FAKE_VERSION: "1.3.0" });
  expect(messages).toContain("does not run on this machine");
  expect(exitCode).toBe(1);
  expect(existsSync(join(project, ".cache/first-run"))).toBe(false);
});
