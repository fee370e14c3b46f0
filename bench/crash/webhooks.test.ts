import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import type { Sql } from "postgres";
import { steadyPort } from "../../engine/programs/steady-port.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import { openLampCrowd, stockLamps, untilSold } from "./lamp-sale.ts";
import { stopLeftPostgres } from "./left-postgres.ts";
import { PatientShopper } from "./patient-shopper.ts";
import { runStampede, ShopProcess } from "./shop-process.ts";
import { WebhookReceiver } from "./webhook-receiver.ts";

const TEST_MS_MAX = 180_000;

let directory: string;
/** Both tests use the same one, after each other. */
let shop: ShopProcess;
let receiver: WebhookReceiver;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "stampede-webhooks-"));
  // Postgres runs as a user of its own when we are root, and has to get to its files.
  chmodSync(directory, 0o755);
  shop = await startShop(steadyPort());
  await stockLamps(shop, readFileSync(join(directory, "secret"), "utf8").trim());
}, TEST_MS_MAX);

beforeEach(() => {
  receiver = new WebhookReceiver();
});

afterEach(() => receiver.close());

afterAll(async () => {
  await shop?.kill();
  await stopLeftPostgres(directory);
  rmSync(directory, { recursive: true });
}, TEST_MS_MAX);

function startShop(port: number): Promise<ShopProcess> {
  return ShopProcess.start({ dataDirectory: directory, lanes: 2, port });
}

async function webhooks(...args: readonly string[]) {
  const { exitCode, stdout, stderr } = await runStampede([
    "webhooks",
    ...args,
    "--data",
    directory,
    "--json",
  ]);
  if (stdout === "") throw new Error(stderr);
  return { exitCode, answer: JSON.parse(stdout) };
}

async function addReceiver(types = "all"): Promise<string> {
  const { answer } = await webhooks("add", receiver.url, "--types", types, "--allow-private");
  receiver.secret = answer.secret;
  return answer.endpoint.id;
}

interface Orders {
  readonly confirmed: readonly string[];
  readonly captured: readonly string[];
  /** Of which it is not decided yet what becomes of them. */
  readonly open: readonly string[];
}

/** Ids of the orders of each status, by the read models. */
async function orders(sql: Sql): Promise<Orders> {
  const rows = await sql<{ id: string; status: string }[]>`select id, status from orders`;
  const of = (...statuses: readonly string[]): readonly string[] =>
    rows.filter(({ status }) => statuses.includes(status)).map(({ id }) => id);
  const decided = new Set(["confirmed", "captured", "refused"]);
  const open = rows.filter(({ status }) => !decided.has(status)).map(({ id }) => id);
  return { confirmed: of("confirmed", "captured"), captured: of("captured"), open };
}

const orderOf = ({ data }: { readonly data: Readonly<Record<string, unknown>> }): string =>
  String(data["orderId"]);

test(
  "kill -9 in the middle of a sale: each confirmed order is told, under one id, and nothing else is",
  async () => {
    const id = await addReceiver();
    const crowd = await openLampCrowd(shop, "crowd", 8);
    await untilSold(crowd, 40);
    await eventually("the receiver hears of the sale", () => receiver.taken.length > 20);
    await shop.kill();
    await crowd.crowd.allLeft;
    const acknowledged = crowd.tally.acknowledged.map(({ reply: { orderId } }) => orderId);
    shop = await startShop(shop.port);
    const heard = (type: string): readonly string[] =>
      [...receiver.known(type).values()].map(orderOf).toSorted();
    const sql = postgres(shop.databaseUrl, { max: 1 });
    let confirmed: readonly string[] = [];
    let told: readonly string[] = [];
    await eventually("everything is told", async () => {
      const { captured, open, ...found } = await orders(sql);
      ({ confirmed } = found);
      told = heard("order.confirmed");
      return (
        open.length === 0 &&
        confirmed.length === captured.length &&
        // Until then the read models still follow the journal of the killed shop.
        confirmed.length >= acknowledged.length &&
        told.length === confirmed.length &&
        heard("order.captured").length === captured.length
      );
    });
    await sql.end();
    expect(acknowledged.filter((order) => !told.includes(order))).toEqual([]);
    // One id for each order, however often it came, and always with the same content.
    expect(told).toEqual(confirmed.toSorted());
    const contents = new Map<string, string>();
    for (const event of receiver.taken) {
      const text = JSON.stringify(event);
      expect(contents.get(event.id) ?? text).toBe(text);
      contents.set(event.id, text);
    }
    expect(receiver.forged).toEqual([]);
    // An order is confirmed before its money is taken, whatever was repeated.
    for (const order of confirmed) {
      const types = receiver.taken
        .filter(({ subject }) => subject === `order/${order}`)
        .map(({ type }) => type);
      expect([order, types[0]]).toEqual([order, "shop.stampede.order.confirmed.v1"]);
    }
    expect((await webhooks("remove", id)).answer).toMatchObject({ endpoint: null, isChanged: true });
  },
  TEST_MS_MAX,
);

test(
  "a receiver that was away, or refuses one order, gets everything in the end; operators see it, and rotate its secret",
  async () => {
    const beganAt = new Date().toISOString();
    const planned = await webhooks(
      "add",
      receiver.url,
      "--types",
      "order.confirmed",
      "--allow-private",
      "--dry-run",
    );
    expect(planned.answer).toMatchObject({ isChanged: false, endpoint: null, secret: null });
    const refused = await webhooks("add", receiver.url, "--types", "order.confirmed");
    expect([refused.exitCode, refused.answer.code, refused.answer.field]).toEqual([
      2,
      "invalid_field",
      "url",
    ]);
    const id = await addReceiver("order.confirmed");
    expect(await webhooks("test", id)).toMatchObject({ exitCode: 0, answer: { isDelivered: true } });
    const shopper = await PatientShopper.connect(shop.url);
    const shopping = shopper.shop("lamp");
    const heard = (): ReadonlySet<string> =>
      new Set([...receiver.known("order.confirmed").values()].map(orderOf));
    await eventually("some orders are told", () => heard().size > 3);
    let bad: string | undefined;
    receiver.answer = (event) => {
      bad ??= event.subject;
      return event.subject === bad ? 500 : 204;
    };
    const before = heard().size;
    await eventually("orders behind the one that is refused are told", () => heard().size > before + 5);
    expect(bad).toBeDefined();
    expect([...heard()].map((order) => `order/${order}`)).not.toContain(bad ?? "");
    receiver.answer = () => 204;
    await receiver.goAway();
    const sold = shopper.acknowledged.length;
    await eventually("the shop sells on", () => shopper.acknowledged.length > sold + 10);
    expect(await webhooks("test", id)).toMatchObject({ exitCode: 1, answer: { isDelivered: false } });
    receiver.comeBack();
    const rotated = await webhooks("rotate-secret", id, "--overlap", "1h");
    expect(rotated.answer.secret).not.toBe(receiver.secret);
    shopper.leave();
    await shopping;
    const all = shopper.acknowledged.map(({ reply: { orderId } }) => orderId);
    await eventually("each order is told", () => all.every((order) => heard().has(order)));
    expect(heard().size).toBe(all.length);
    // The secret of before still signs, and so does the new one.
    expect(receiver.forged).toEqual([]);
    receiver.secret = rotated.answer.secret;
    expect(await webhooks("test", id)).toMatchObject({ exitCode: 0 });

    const shown = await webhooks("show", receiver.url);
    expect(shown.answer).toMatchObject({ id, state: "active", waiting: 0, dead: 0, failingSinceMs: null });
    expect(JSON.stringify(shown.answer)).not.toContain("whsec_");
    expect((await webhooks("pause", id)).answer.endpoint.state).toBe("paused");
    expect((await webhooks("resume", id.slice(-8))).answer.endpoint.state).toBe("active");
    await webhooks("pause", id);
    const resumed = await webhooks("resume", "--all");
    expect(resumed.answer.changes).toMatchObject([{ isChanged: true, endpoint: { id, state: "active" } }]);
    expect((await webhooks("resume", "--all")).answer).toEqual({ changes: [] });
    const told = receiver.taken.length;
    const replay = await webhooks("replay", id, "--since", beganAt, "--dry-run");
    expect(replay.answer).toMatchObject({ isChanged: false });
    await webhooks("replay", id, "--since", beganAt);
    await eventually("all of it is told again", () => receiver.taken.length >= told + all.length);
    expect(heard().size).toBe(all.length);
    expect(await webhooks("failed")).toMatchObject({ exitCode: 0, answer: { failed: [] } });
    expect((await webhooks("remove", id)).answer).toMatchObject({ endpoint: null, isChanged: true });
    expect(await webhooks("show", id)).toMatchObject({ exitCode: 2, answer: { code: "unknown_endpoint" } });
    expect((await webhooks("list")).answer).toEqual({ endpoints: [] });
    expect(await shop.stop()).toBe(0);
  },
  TEST_MS_MAX,
);
