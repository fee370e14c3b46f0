import { afterEach, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { DataDirectory } from "./data-directory.ts";

const TEST_MS_MAX = 30_000;
const RACERS = 3;
const RACE_ROUNDS = 40;
const NOTES = 2_000;

const made: string[] = [];
const started: Subprocess[] = [];

function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), "stampede-data-"));
  made.push(path);
  return path;
}

afterEach(() => {
  for (const process of started.splice(0)) process.kill("SIGKILL");
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

test("a directory that a living process holds is refused with that process' number", () => {
  const path = temporaryDirectory();
  const directory = DataDirectory.open(path);
  expect(() => DataDirectory.open(path)).toThrow(`a shop already runs on ${path} (process ${process.pid})`);
  directory.close();
  DataDirectory.open(path).close();
});

test("a copy of a directory that is open is nobody's", () => {
  const [original, copy] = [temporaryDirectory(), temporaryDirectory()];
  const held = DataDirectory.open(original);
  cpSync(original, copy, { recursive: true });
  expect([DataDirectory.holder(original), DataDirectory.holder(copy)]).toEqual([process.pid, undefined]);
  DataDirectory.open(copy).close();
  held.close();
});

test("the lock of a process that is gone is taken over", () => {
  const path = temporaryDirectory();
  // Process 1 lives, but was not started at this time: the number was used again.
  writeFileSync(join(path, "shop.lock"), JSON.stringify({ pid: 1, startedAt: "0" }));
  writeFileSync(join(path, "shop.json"), "{}");
  const directory = DataDirectory.open(path);
  expect(() => statSync(join(path, "shop.json"))).toThrow();
  directory.close();
});

test(
  "of several starts that find one stale lock at once, one gets the directory",
  async () => {
    const script = `
      import { existsSync } from "node:fs";
      import { DataDirectory } from ${JSON.stringify(join(import.meta.dir, "data-directory.ts"))};
      const [path, rounds] = [process.argv[1], Number(process.argv[2])];
      const spinUntil = (file) => { while (!existsSync(file)); };
      for (let round = 0; round < rounds; round += 1) {
        console.log("ready");
        spinUntil(path + "/go-" + round);
        try {
          DataDirectory.open(path + "/" + round);
          console.log("mine");
        } catch (error) {
          console.log(error.message.includes("already runs") ? "refused" : error.message);
        }
      }
      spinUntil(path + "/end");`;
    const path = temporaryDirectory();
    for (let round = 0; round < RACE_ROUNDS; round += 1) {
      mkdirSync(join(path, String(round)));
      writeFileSync(join(path, String(round), "shop.lock"), JSON.stringify({ pid: 1, startedAt: "0" }));
    }
    const starts = Array.from({ length: RACERS }, () =>
      Bun.spawn([process.execPath, "-e", script, path, String(RACE_ROUNDS)], { stdout: "pipe" }),
    );
    started.push(...starts);
    const said = starts.map(({ stdout }) => linesOf(stdout));
    const next = async (): Promise<string[]> => {
      const lines = await Promise.all(said.map((each) => each.next()));
      return lines.map(({ value }) => value as string);
    };
    for (let round = 0; round < RACE_ROUNDS; round += 1) {
      expect(await next()).toEqual(starts.map(() => "ready"));
      writeFileSync(join(path, `go-${round}`), "");
      const answers = await next();
      expect(answers.toSorted()).toEqual(["mine", ...starts.slice(1).map(() => "refused")]);
    }
  },
  TEST_MS_MAX,
);

test("the secret stays the same and is readable by its owner only", () => {
  const path = temporaryDirectory();
  const directory = DataDirectory.open(path);
  const secret = directory.secret();
  expect(secret.length).toBeGreaterThanOrEqual(32);
  expect(directory.secret()).toBe(secret);
  expect(statSync(join(path, "secret")).mode & 0o777).toBe(0o600);
  directory.close();
});

test("a secret and a token that a full disk has left empty are made again", () => {
  const path = temporaryDirectory();
  const directory = DataDirectory.open(path);
  for (const name of ["secret", "admin-token"]) writeFileSync(join(path, name), "");
  for (const text of [directory.secret(), directory.adminToken()]) expect(text).toMatch(/^[0-9a-f]{64}$/);
  expect(directory.secret()).toBe(readFileSync(join(path, "secret"), "utf8"));
  expect(statSync(join(path, "secret")).mode & 0o777).toBe(0o600);
  directory.close();
});

test("a directory that cannot be made is named with its setting", () => {
  const file = join(temporaryDirectory(), "file");
  writeFileSync(file, "");
  expect(() => DataDirectory.open(join(file, "data"))).toThrow(
    `--data: the directory ${file}/data cannot be written`,
  );
});

test("the token of operators is made once, kept beside the secret, and is its owner's alone", () => {
  const path = temporaryDirectory();
  const directory = DataDirectory.open(path);
  const token = directory.adminToken();
  expect(token).toMatch(/^[0-9a-f]{64}$/);
  expect(token).not.toBe(directory.secret());
  expect(statSync(join(path, "admin-token")).mode & 0o777).toBe(0o600);
  directory.empty();
  expect(directory.adminToken()).toBe(token);
  directory.close();
});

test("the note about the running shop goes when the shop closes", () => {
  const path = temporaryDirectory();
  const directory = DataDirectory.open(path);
  const note = {
    pid: 1,
    host: "::1",
    port: 2,
    adminPort: 3,
    adminHost: "::1",
    databaseUrl: "postgres://localhost/shop",
  };
  directory.announce(note);
  expect(JSON.parse(readFileSync(join(path, "shop.json"), "utf8"))).toEqual(note);
  directory.close();
  expect(() => statSync(join(path, "shop.json"))).toThrow();
});

test("the note about the running shop is never seen half written", async () => {
  const path = temporaryDirectory();
  const directory = DataDirectory.open(path);
  const note = join(path, "shop.json");
  const program = `
    const { readFileSync } = require("node:fs");
    console.log("reading");
    for (;;) {
      let text;
      try { text = readFileSync(${JSON.stringify(note)}, "utf8"); } catch { continue; }
      JSON.parse(text);
    }`;
  const reader = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe", stderr: "pipe" });
  started.push(reader);
  await reader.stdout.getReader().read();
  for (let port = 0; port < NOTES; port += 1) {
    const databaseUrl = "postgres://localhost/shop";
    directory.announce({
      pid: process.pid,
      host: "127.0.0.1",
      port,
      adminPort: 2,
      adminHost: "127.0.0.1",
      databaseUrl,
    });
    rmSync(note);
  }
  reader.kill();
  await reader.exited;
  expect(await new Response(reader.stderr).text()).toBe("");
  directory.close();
});

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let left = "";
  for await (const chunk of stream) {
    const lines = (left + decoder.decode(chunk, { stream: true })).split("\n");
    left = lines.pop() ?? "";
    yield* lines;
  }
}
