import { expect, test } from "bun:test";
import { join } from "node:path";
import { createLog, type LogOptions } from "./log.ts";

const CANARY = "canary-4111-1111";
const LINES = 20_000;

function recording(options: Partial<LogOptions> = {}) {
  const written: string[] = [];
  const destination = { write: (text: string) => written.push(text) };
  return {
    written,
    log: createLog({ thread: "lane-0", level: "info", readable: false, destination, ...options }),
  };
}

test("a record is one line of JSON with level, time, thread, fields and message", () => {
  const { written, log } = recording();
  log.info({ lane: 3, reused: true, address: "shop/cart/c1", until: undefined }, "opened");
  expect(written).toHaveLength(1);
  const { time, ...record } = JSON.parse(written[0] ?? "");
  expect(record).toEqual({
    level: "info",
    thread: "lane-0",
    lane: 3,
    reused: true,
    address: "shop/cart/c1",
    msg: "opened",
  });
  expect(new Date(time).toISOString()).toBe(time);
});

test("an endpoint of webhooks is named by its id", () => {
  const { written, log } = recording();
  log.warn({ endpoint: "0193570f-2c1e-7a60-b3d4-5e6f70819203" }, "an endpoint takes nothing");
  expect(written[0]).toContain('"endpoint":"0193570f-2c1e-7a60-b3d4-5e6f70819203"');
});

test("records below the level are left out", () => {
  const { written, log } = recording({ level: "warn" });
  log.debug({}, "no");
  log.info({}, "no");
  log.warn({}, "yes");
  log.error({}, "yes");
  expect(written).toHaveLength(2);
});

test("who of the operators has something changed, of what and why is told", () => {
  const { written, log } = recording({});
  log.info({ kind: "PauseSelling", sale: "friday", reason: "wrong price", askedBy: "anna" }, "a change");
  expect(JSON.parse(written.join(""))).toMatchObject({
    sale: "friday",
    reason: "wrong price",
    askedBy: "anna",
  });
});

for (const readable of [false, true]) {
  const form = readable ? "for people" : "as JSON";

  test(`what shoppers are, present and pay with is never shown ${form}`, () => {
    const { written, log } = recording({ readable });
    const err = Object.assign(
      new Error("refused", { cause: Object.assign(new Error("inner"), { parameters: [CANARY] }) }),
      {
        detail: `Key (customer)=(${CANARY})`,
        token: CANARY,
      },
    );
    const request = { headers: { cookie: CANARY } };
    const fields = {
      token: CANARY,
      session: CANARY,
      customer: CANARY,
      paymentToken: CANARY,
      request,
      list: [CANARY],
    };
    log.error({ ...fields, nickname: CANARY, err, url: `postgres://shop:${CANARY}@db/shop` }, "a record");
    log.error({ customer: 4111, err: CANARY.length }, "another");
    expect(written.join("")).toContain("a record");
    expect(written.join("")).not.toContain(CANARY);
    expect(written.join("")).not.toContain("4111");
    expect(written.join("")).toContain("postgres://[withheld]@db/shop");
  });

  test(`line breaks and terminal commands stay text ${form}`, () => {
    const { written, log } = recording({ readable });
    const hostile = 'x\r\n{"level":"error","msg":"forged"}\u001B[2J\u009B31m\u2028\u202Eend';
    log.info({ address: hostile, [hostile]: 1 }, hostile);
    // oxlint-disable-next-line no-control-regex -- these are the characters that must not be there
    expect(written.join("").replace(/\n$/, "")).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u2028\u202E]/);
  });
}

test("an error with line breaks in its message cannot forge places in its stack", () => {
  const { written, log } = recording();
  log.error({ err: new Error("bad\n    at forged (file.ts:1:1)") }, "failed");
  const { err } = JSON.parse(written[0] ?? "");
  expect(err.stack.split("\n")[0]).toBe("Error: bad\\u000a    at forged (file.ts:1:1)");
});

test("a long text is cut", () => {
  const { written, log } = recording();
  log.info({ reason: "x".repeat(100_000) }, "y".repeat(100_000));
  expect((written[0] ?? "").length).toBeLessThan(1_500);
});

test("errors are followed to their causes, but not for ever", () => {
  const { written, log } = recording();
  const loop = new Error("loop");
  loop.cause = loop;
  log.error({ err: loop }, "failed");
  expect(JSON.parse(written[0] ?? "").err.cause.cause.message).toBe("loop");
});

/** Logs some lines to its own standard output, as threads of a shop do, and ends well. */
function logging(lines: number, stdout: "pipe" | Bun.BunFile) {
  const program = `
    const { createLog } = await import(${JSON.stringify(join(import.meta.dir, "log.ts"))});
    const log = createLog({ thread: "main", level: "info" });
    for (let line = 1; line <= ${lines}; line += 1) log.info({ line }, "x".repeat(80));
    process.exit(0);`;
  return Bun.spawn([process.execPath, "-e", program], { stdout, stderr: "inherit" });
}

test("nothing ends because of a full disk below its log", async () => {
  expect(await logging(2, Bun.file("/dev/full")).exited).toBe(0);
});

test("nothing ends because nobody reads its log any more", async () => {
  const { stdout, exited } = logging(LINES, "pipe") as Bun.Subprocess<"ignore", "pipe", "inherit">;
  await stdout.cancel();
  expect(await exited).toBe(0);
});

test("a reader that is slow gets every record whole", async () => {
  const { stdout, exited } = logging(LINES, "pipe") as Bun.Subprocess<"ignore", "pipe", "inherit">;
  const records = (await new Response(stdout).text()).trim().split("\n");
  expect(records.map((record) => (JSON.parse(record) as { readonly line: number }).line)).toEqual(
    Array.from({ length: LINES }, (_, index) => index + 1),
  );
  expect(await exited).toBe(0);
});
