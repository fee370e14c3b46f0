import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from "../../persistence/embedded/embedded-postgres.ts";
import { isAlive } from "../../persistence/embedded/postmaster.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import { silentLog } from "../../persistence/testing/silent-log.ts";
import {
  compareWithJournal,
  LAMP,
  LAMPS,
  openLampCrowd,
  stockLamps,
  untilSold,
  verifyShop,
} from "./lamp-sale.ts";
import { PatientShopper } from "./patient-shopper.ts";
import { ShopProcess } from "./shop-process.ts";

const TEST_MS_MAX = 120_000;
const SECRET = "the secret of a shop with a database apart";
const PATIENT_SHOPPERS = 5;
const ORDERS = 80;

let directory: string;
let server: EmbeddedPostgres | undefined;
let running: ShopProcess | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stampede-faults-"));
  // Postgres runs as a user of its own when we are root, and has to get to its files.
  chmodSync(directory, 0o755);
});

afterEach(async () => {
  await running?.kill();
  running = undefined;
  // Finds the server that a killed shop left running, too.
  const left = await startEmbeddedPostgres({ directory: join(directory, "postgres"), log: silentLog });
  await left.stop();
  server = undefined;
  rmSync(directory, { recursive: true });
}, TEST_MS_MAX);

/** A shop on a Postgres of ours. */
async function shopOnOurServer(): Promise<ShopProcess> {
  server = await startEmbeddedPostgres({ directory: join(directory, "postgres"), log: silentLog });
  const shared = { databaseUrl: server.url, secret: SECRET };
  return ShopProcess.start({ dataDirectory: join(directory, "data"), lanes: 2, port: 0, shared });
}

/** A shop with a Postgres of its own. */
function shopWithItsServer(): Promise<ShopProcess> {
  return ShopProcess.start({ dataDirectory: directory, lanes: 2, port: 0 });
}

async function terminateAllConnections(): Promise<void> {
  const sql = postgres(server?.url ?? "", { max: 1 });
  const ended = await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid()`;
  await sql.end();
  expect(ended.length).toBeGreaterThan(4);
}

/** Fast mode ends connections in good order, immediate mode as a crash does. */
async function restartServer(signal: "SIGINT" | "SIGQUIT"): Promise<void> {
  const { pid, port } = server as EmbeddedPostgres;
  process.kill(pid, signal);
  await eventually("Postgres has stopped", () => !isAlive(pid));
  server = await startEmbeddedPostgres({ directory: join(directory, "postgres"), log: silentLog, port });
}

function restartFast(): Promise<void> {
  return restartServer("SIGINT");
}

function restartImmediately(): Promise<void> {
  return restartServer("SIGQUIT");
}

/** Kills the shop's own server and all of its processes. */
async function killItsServer(): Promise<void> {
  const pidFile = join(directory, "postgres", "postgres", "postmaster.pid");
  const pid = Number(readFileSync(pidFile, "utf8").split("\n")[0]);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  for (const each of [pid, ...children.map(Number)]) process.kill(each, "SIGKILL");
  await eventually("Postgres is dead", () => !isAlive(pid));
}

const ours = { open: shopOnOurServer, strikes: [terminateAllConnections, restartFast, restartImmediately] };
const itsOwn = { open: shopWithItsServer, strikes: [killItsServer] };

const sales = [
  {
    name: "connections that are all terminated at once, and restarts of Postgres in fast and in immediate mode",
    ...ours,
  },
  { name: "kill -9 of the shop's own Postgres, which it starts again", ...itsOwn },
];

for (const { name, open, strikes } of sales) {
  test(
    `a flash sale outlives ${name}: no acknowledged order is lost, and every order is known to its shopper`,
    async () => {
      const shop = await open();
      running = shop;
      const isOurs = server !== undefined;
      const secret = isOurs ? SECRET : readFileSync(join(directory, "secret"), "utf8").trim();
      const mark = await stockLamps(shop, secret);
      const patient = await Promise.all(
        Array.from({ length: PATIENT_SHOPPERS }, () => PatientShopper.connect(shop.url)),
      );
      const shopping = patient.map((shopper) => shopper.shop(LAMP));
      const hasty = await openLampCrowd(shop, "hasty");
      await untilSold(hasty, ORDERS);
      for (const strike of strikes) {
        await strike();
        await untilSold(hasty, ORDERS);
      }
      for (const shopper of patient) shopper.leave();
      hasty.crowd.stop();
      await Promise.all([...shopping, hasty.crowd.allLeft]);

      const acknowledged = [hasty.tally, ...patient].flatMap(({ acknowledged: orders }) => orders);
      const found = await compareWithJournal(shop.databaseUrl, mark, acknowledged);
      expect(found).toMatchObject({
        lost: 0,
        lostOrders: [],
        oversold: 0,
        contradictions: [],
        receivedUnits: LAMPS,
      });
      expect(patient.flatMap(({ problems }) => problems)).toEqual([]);
      // Nobody of the crowd lost its socket: who was answered unknown asked again with the same key, and was told.
      expect(hasty.tally.unknown).toBe(0);
      expect(found.confirmedInJournal).toBe(acknowledged.length);
      const dataDirectory = isOurs ? join(directory, "data") : directory;
      expect(await verifyShop(dataDirectory)).toMatchObject({ exitCode: 0, report: { violations: 0 } });
      expect(await shop.stop()).toBe(0);
      running = undefined;
    },
    TEST_MS_MAX,
  );
}
