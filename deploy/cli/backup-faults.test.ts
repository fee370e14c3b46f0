import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmbeddedPostgres } from "../../persistence/embedded/embedded-postgres.ts";
import { isAlive } from "../../persistence/embedded/postmaster.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import { migratedDatabase, type MigratedDatabase } from "../../persistence/testing/migrated-database.ts";
import { openDatabase } from "../../persistence/postgres/database.ts";
import { silentLog } from "../../persistence/testing/silent-log.ts";
import { testDatabase } from "../../persistence/testing/test-database.ts";
import { SHARD_COUNT } from "../config.ts";
import { restoreDirectory } from "../shop/restored-directory.ts";

const TEST_MS_MAX = 60_000;
const NO_DATABASE_URL = { databaseUrl: null };
const PROGRAM = fileURLToPath(new URL("../stampede.ts", import.meta.url));

let folder: string;
let shop: MigratedDatabase;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "stampede-backup-"));
  // Postgres runs as a user of its own when we are root, and has to get to its files.
  chmodSync(folder, 0o755);
  shop = await migratedDatabase(SHARD_COUNT);
  await shop.database.sql`
    insert into webhook_endpoint (id, tenant, url, types, allows_private, allows_plain, secret, created_at_ms)
    values (gen_random_uuid(), 'shop', 'https://example.test/', '[]', false, false, 'whsec_x', 1)`;
}, TEST_MS_MAX);

afterAll(async () => {
  await shop.close();
  rmSync(folder, { recursive: true });
}, TEST_MS_MAX);

function spawn(args: readonly string[], databaseUrl: string | null, shell = 'exec "$@"') {
  return Bun.spawn(["sh", "-c", shell, "sh", process.execPath, PROGRAM, ...args], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, DATABASE_URL: databaseUrl ?? undefined, NATS_URL: undefined },
  });
}

/** Runs a command, on the database of the shop unless told. Returns its exit code and what it said to people. */
async function run(
  args: readonly string[],
  { databaseUrl = shop.url, shell }: { readonly databaseUrl?: string | null; readonly shell?: string } = {},
): Promise<readonly [number, string]> {
  const child = spawn(args, databaseUrl, shell);
  const [, said, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return [exitCode, said];
}

test(
  "a backup that is interrupted leaves nothing; one that is killed leaves no file of its name, and the next one removes what it has left",
  async () => {
    const locking = shop.raw();
    // It waits for the table, with its file begun.
    await locking.unsafe("begin; lock table operation in access exclusive mode");
    const interrupted = spawn(["backup", join(folder, "interrupted.backup")], shop.url);
    await eventually("the file is begun", () => readdirSync(folder).length > 0);
    interrupted.kill("SIGINT");
    expect(await interrupted.exited).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
    const killed = spawn(["backup", join(folder, "killed.backup")], shop.url);
    await eventually("the file is begun", () => readdirSync(folder).length > 0);
    killed.kill("SIGKILL");
    await killed.exited;
    await locking.unsafe("rollback");
    const [left = ""] = readdirSync(folder);
    expect(left).toStartWith("killed.backup.unfinished-");
    writeFileSync(join(folder, "another.unfinished-elsewhere-1"), "");
    const [exitCode, said] = await run(["backup", folder]);
    expect([exitCode, said]).toEqual([0, expect.stringContaining(`removed ${join(folder, left)}, which`)]);
    const names = readdirSync(folder).sort();
    expect(names).toEqual([
      "another.unfinished-elsewhere-1",
      expect.stringMatching(/^stampede-20.*Z\.backup$/),
    ]);
  },
  TEST_MS_MAX,
);

test(
  "a backup that has no room says so, and leaves nothing",
  async () => {
    const before = readdirSync(folder);
    // As a full disk does, a limit of one block fails the write that goes past it.
    const [exitCode, said] = await run(["backup", join(folder, "large.backup")], {
      shell: 'trap "" XFSZ; ulimit -f 1; exec "$@"',
    });
    expect([exitCode, said]).toEqual([1, expect.stringContaining("large.backup cannot be written (EFBIG)")]);
    expect(readdirSync(folder)).toEqual(before);
  },
  TEST_MS_MAX,
);

test(
  "a damaged backup is refused, and nothing is made of it",
  async () => {
    const file = join(folder, "damaged.backup");
    expect((await run(["backup", file]))[0]).toBe(0);
    const bytes = readFileSync(file);
    // Within its header.
    bytes[60] = 1 ^ (bytes[60] ?? 0);
    writeFileSync(file, bytes);
    const data = join(folder, "never");
    const told = `stampede: ${file} is no use: it is damaged between bytes`;
    expect(await run(["backup", "check", file])).toEqual([1, expect.stringContaining(told)]);
    expect(await run(["restore", file, "--data", data], NO_DATABASE_URL)).toEqual([
      6,
      expect.stringContaining(told),
    ]);
    expect(existsSync(data)).toBe(false);
  },
  TEST_MS_MAX,
);

test(
  "a backup that is not there is told as such",
  async () => {
    const file = join(folder, "nowhere.backup");
    const told = expect.stringContaining(`stampede: there is no file ${file}`);
    expect(await run(["backup", "check", file])).toEqual([1, told]);
    expect(await run(["restore", file, "--data", join(folder, "never")], NO_DATABASE_URL)).toEqual([6, told]);
  },
  TEST_MS_MAX,
);

test(
  "what a killed restore has left opens as no shop, and the next restore removes it",
  async () => {
    const file = join(folder, "whole.backup");
    expect((await run(["backup", file]))[0]).toBe(0);
    const data = join(folder, "data");
    const left = await startEmbeddedPostgres({ directory: join(data, "restoring"), log: silentLog });
    const [exitCode, said] = await run(
      ["start", "--data", data, "--port", "0", "--admin-port", "0"],
      NO_DATABASE_URL,
    );
    expect([exitCode, said]).toEqual([
      2,
      expect.stringContaining("did not come to its end: repeat it, or remove"),
    ]);
    // With all checks: it opens, too.
    const restoring = spawn(["restore", file, "--data", data], null);
    const [found, told] = await Promise.all([restoring.stdout.text(), restoring.stderr.text()]);
    expect([await restoring.exited, told]).toEqual([
      0,
      expect.stringContaining("which a restore that was killed has left"),
    ]);
    // What is opened to try it out calls nobody.
    expect(found).toContain("It tells no other systems: 1 endpoint of webhooks is paused.");
    expect(isAlive(left.pid)).toBe(false);
    expect(existsSync(join(data, "restoring"))).toBe(false);
  },
  TEST_MS_MAX,
);

test(
  "a restore whose checks cannot be made is done, and says so",
  async () => {
    const file = join(folder, "checked.backup");
    expect((await run(["backup", file]))[0]).toBe(0);
    const { url, close } = await testDatabase();
    const database = await openDatabase(url);
    try {
      // Whoever comes to look at the shop that is restored is sent away.
      await database.sql.unsafe(`
        create function send_away() returns event_trigger language plpgsql as $$
        begin
          if to_regclass('public.shop') is not null then raise exception 'nobody may look'; end if;
        end $$;
        create event trigger send_away on login execute function send_away()`);
      const restored = await run(["restore", file], { databaseUrl: url });
      expect(restored).toEqual([
        3,
        expect.stringMatching(/is restored, and could not be checked: .*nobody may look/),
      ]);
      expect(await database.sql`select from shop`).toHaveLength(1);
    } finally {
      await database.close();
      await close();
    }
  },
  TEST_MS_MAX,
);

test(
  "a restore that fails leaves the directory as it was",
  async () => {
    const data = join(folder, "failed");
    const failing = restoreDirectory(data, silentLog, () =>
      Promise.reject(new Error("no space left on device")),
    );
    await expect(failing).rejects.toThrow("no space left on device");
    expect(existsSync(data)).toBe(false);
  },
  TEST_MS_MAX,
);
