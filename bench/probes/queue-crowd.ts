/**
 * What a crowd that joins the queue of a sale costs: the real program, with a session of its own for everybody, over HTTP.
 * Run: bun bench/probes/queue-crowd.ts [--people 20000] [--at-once 500]
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseTenant } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import { eventLoopClock } from "../../engine/testing/event-loop-clock.ts";
import { mintOperatorToken } from "../../gateway/auth/operator-token.ts";
import { Sessions } from "../../gateway/auth/sessions.ts";
import { StampedeClient } from "../../gateway/client/client.ts";
import { shuffledPlace } from "../../gateway/protocol/queue-place.ts";
import { runStampede, ShopProcess } from "../crash/shop-process.ts";
import { inParallel } from "../replay/in-parallel.ts";
import { readOptions, wholeNumber } from "./options.ts";
import { printTable } from "./table.ts";

const USAGE = `bun bench/probes/queue-crowd.ts [options]

What a crowd that joins the queue of a sale costs.

  --people N    how many join (default: 20000)
  --at-once N   how many of them at a time (default: 500)
`;
const values = readOptions(USAGE, {
  people: { type: "string", default: "20000" },
  "at-once": { type: "string", default: "500" },
});
const PEOPLE = wholeNumber("--people", values.people);
const AT_ONCE = wholeNumber("--at-once", values["at-once"]);
const TENANT = "shop";
const HOUR_MS = 3_600_000;

const directory = mkdtempSync(join(tmpdir(), "stampede-queue-"));
// The database may run as a user of its own, who must be able to enter.
chmodSync(directory, 0o755);
const dataDirectory = join(directory, "data");
try {
  const shop = await ShopProcess.start({ dataDirectory, lanes: 1, port: 0 });
  try {
    await measure(shop);
  } finally {
    await shop.stop();
  }
} finally {
  rmSync(directory, { recursive: true });
}

async function measure(shop: ShopProcess): Promise<void> {
  const secret = readFileSync(join(dataDirectory, "secret"), "utf8").trim();
  await openQueue(shop.url, secret);
  const tokens = await sessions(secret);
  const startedAtMs = performance.now();
  const waitedMs: number[] = [];
  const numbers = new Set<number>();
  await inParallel(tokens, AT_ONCE, async (token, index) => {
    const askedAtMs = performance.now();
    const response = await fetch(`${shop.url}/v1/queues/drop/tickets`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "idempotency-key": `join-${index}`,
      },
      body: "{}",
    });
    numbers.add(((await response.json()) as { readonly number: number }).number);
    waitedMs.push(performance.now() - askedAtMs);
  });
  const tookMs = performance.now() - startedAtMs;
  waitedMs.sort((left, right) => left - right);
  const { stdout } = await runStampede(["journal", "show", `${TENANT}/queue/drop`, "--data", dataDirectory]);
  printTable(
    ["people", "numbers", "seconds", "joins/s", "p50 ms", "p99 ms", "commits"],
    [
      [
        PEOPLE,
        numbers.size,
        tookMs / 1_000,
        Math.round((PEOPLE / tookMs) * 1_000),
        Math.round(waitedMs[Math.floor(PEOPLE / 2)] ?? 0),
        Math.round(waitedMs[Math.floor(PEOPLE * 0.99)] ?? 0),
        stdout.split("NumbersIssued").length - 1,
      ],
    ],
  );
  const shuffledAtMs = performance.now();
  for (let number = 0; number < PEOPLE; number += 1) shuffledPlace(number, { size: PEOPLE, seed: 7 });
  const each = ((performance.now() - shuffledAtMs) / PEOPLE) * 1_000;
  process.stdout.write(`\none place of a shuffle: ${each.toFixed(2)} µs\n`);
}

async function openQueue(url: string, secret: string): Promise<void> {
  const nowMs = Date.now();
  const token = await mintOperatorToken(secret, { tenant: TENANT, nowMs });
  const operator = await StampedeClient.connect({ url, token });
  const terms = {
    opensAtMs: nowMs - HOUR_MS,
    startsAtMs: nowMs + HOUR_MS,
    endsAtMs: nowMs + 2 * HOUR_MS,
    admitPerMinute: 600,
    admissionMs: 600_000,
  };
  const opened = await operator.command("queue.open", { sale: "drop", terms });
  assert(opened.ok, "the queue is open");
  operator.close();
}

async function sessions(secret: string): Promise<readonly string[]> {
  const tenant = parseTenant(TENANT);
  assert(tenant !== undefined, "this is a tenant");
  const entropy = { uuid: () => Bun.randomUUIDv7() };
  const made = new Sessions({ secret, tenant, shardCount: 256, clock: eventLoopClock, entropy });
  const tokens: string[] = [];
  while (tokens.length < PEOPLE) tokens.push((await made.startShopper()).token);
  return tokens;
}
