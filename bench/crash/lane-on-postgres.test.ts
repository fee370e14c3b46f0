import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { parseAddress, type Address } from "../../engine/contract/address.ts";
import { done } from "../../engine/contract/outcome.ts";
import { Lane } from "../../engine/lane/lane.ts";
import { defaultLaneLimits } from "../../engine/lane/limits.ts";
import type { Answer } from "../../engine/ports/dispatcher.ts";
import { OwnershipLost, type Journal } from "../../engine/ports/journal.ts";
import { defaultDispatcherLimits, LinkDispatcher } from "../../engine/routing/link-dispatcher.ts";
import { evenPlacement } from "../../engine/testing/even-placement.ts";
import { eventLoopClock } from "../../engine/testing/event-loop-clock.ts";
import { tallyDecider, type TallyCommand } from "../../engine/testing/tally.ts";
import type { Item } from "../../engine/transport/items.ts";
import type { Link } from "../../engine/transport/link.ts";
import { memorySnapshots } from "../../persistence/memory/snapshots.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import { migratedDatabase, type MigratedDatabase } from "../../persistence/testing/migrated-database.ts";
import { readAll } from "../../persistence/testing/samples.ts";
import { severingProxy, type SeveringProxy } from "../../persistence/testing/severing-proxy.ts";
import { silentLog } from "../../persistence/testing/silent-log.ts";

const TEST_MS_MAX = 60_000;
const SHARDS = 4;
const APPEND_DEADLINE_MS = 1_500;
const PATIENCE_MS = 30_000;
const ADD = { type: "Add", amount: 1 } as const;
const TALLY = parseAddress("shop/tally/T1") as Address;

/** One lane with a journal of its own over the database, and a client. */
class LaneProcess {
  readonly lane: Lane;
  readonly faults: unknown[] = [];
  readonly #journal: Journal;
  readonly #dispatcher: LinkDispatcher;

  private constructor(owner: string, url: string) {
    this.#journal = postgresJournal(url, { appendDeadlineMs: APPEND_DEADLINE_MS });
    const placement = evenPlacement(SHARDS, 1);
    const replies = linkTo((items) => this.#dispatcher.receive(items));
    const toLane = linkTo((items) => this.lane.receive(replies, items));
    this.#dispatcher = new LinkDispatcher(placement, () => toLane, eventLoopClock, defaultDispatcherLimits);
    this.lane = new Lane({
      lane: 0,
      owner,
      shardCount: SHARDS,
      deciders: [tallyDecider()],
      journal: this.#journal,
      snapshots: memorySnapshots(),
      ports: new Map(),
      clock: eventLoopClock,
      entropy: { uuid: () => crypto.randomUUID() },
      log: silentLog,
      limits: defaultLaneLimits,
      send: (_shard, item) => toLane.send(item),
      lost: () => "end",
      fatal: (error) => this.faults.push(error),
    });
  }

  static async open(owner: string, url: string): Promise<LaneProcess> {
    const process = new LaneProcess(owner, url);
    await process.lane.open([...Array(SHARDS).keys()]);
    return process;
  }

  ask(key: string, command: TallyCommand = ADD): Promise<Answer> {
    const deadlineAtMs = eventLoopClock.nowMs() + PATIENCE_MS;
    return new Promise((resolve) => {
      this.#dispatcher.dispatch({ address: TALLY, command, key, deadlineAtMs }, resolve);
    });
  }

  /** Asks until the outcome is known, with the same key. */
  async askPatiently(key: string): Promise<Answer> {
    for (;;) {
      const answer = await this.ask(key);
      if (answer.type === "done" || answer.type === "refused") return answer;
      await Bun.sleep(answer.type === "expired" ? 0 : answer.retryAfterMs);
    }
  }

  async total(): Promise<unknown> {
    return (await this.#dispatcher.read(TALLY)).view;
  }

  async close(): Promise<void> {
    await this.lane.stop();
    this.#dispatcher.stop();
    await this.#journal.close();
  }
}

let subject: MigratedDatabase;
let proxy: SeveringProxy;
const processes: LaneProcess[] = [];

beforeAll(async () => {
  subject = await migratedDatabase(SHARDS);
}, TEST_MS_MAX);
beforeEach(() => {
  proxy = severingProxy(subject.url);
});
afterEach(async () => {
  proxy.unmuteReplies();
  await Promise.all(processes.splice(0).map((process) => process.close()));
  proxy.close();
  await subject.database.sql`truncate journal_segment, shard_owner`;
}, TEST_MS_MAX);
afterAll(() => subject.close());

async function open(owner: string, url = proxy.url): Promise<LaneProcess> {
  const process = await LaneProcess.open(owner, url);
  processes.push(process);
  expect(await process.ask("first")).toEqual(done({ total: 1 }));
  return process;
}

async function segments(): Promise<number> {
  return (await subject.database.sql`select from journal_segment`).length;
}

/** Keeps appends from being stored until it is let go, as a slow disk would. */
async function holdAppends(): Promise<() => Promise<void>> {
  const holder = subject.raw();
  await holder`begin`;
  await holder`lock table journal_segment in exclusive mode`;
  return async () => {
    await holder`rollback`;
  };
}

function waiting() {
  return subject.database.sql<{ pid: number }[]>`
    select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
}

function untilAppendWaits(): Promise<void> {
  return eventually("an append waits", async () => (await waiting()).length > 0);
}

/** Whatever happened: one effect, one answer for ever, and a journal without gap. */
async function expectOnce(process: LaneProcess, answer: Answer): Promise<void> {
  if (answer.type !== "unknown") expect(answer).toEqual(done({ total: 2 }));
  expect(await process.askPatiently("second")).toEqual(done({ total: 2 }));
  expect(await process.total()).toEqual({ total: 2, adds: 2 });
  expect(await process.askPatiently("third")).toEqual(done({ total: 3 }));
  expect(process.faults).toEqual([]);
  expect(process.lane.statistics().recoveries).toBeGreaterThan(0);
  const journal = postgresJournal(subject.database);
  for (const [shard] of await journal.heads()) {
    const epochs = (await readAll(journal, shard)).map(({ epoch }) => epoch);
    expect(epochs).toEqual(epochs.toSorted((left, right) => left - right));
  }
}

test(
  "a caller whose commit was stored before its reply was lost gets the stored answer",
  async () => {
    const process = await open("one");
    const before = await segments();
    proxy.muteReplies();
    const answering = process.ask("second");
    await eventually("the commit is stored", async () => (await segments()) > before);
    proxy.unmuteReplies();
    proxy.sever();
    expect(await answering).toEqual(done({ total: 2 }));
    await expectOnce(process, await answering);
  },
  TEST_MS_MAX,
);

test(
  "a commit whose connection is reset in mid-statement, and which the server goes on with, has one effect",
  async () => {
    const process = await open("one");
    const letGo = await holdAppends();
    const answering = process.ask("second");
    await untilAppendWaits();
    proxy.sever();
    await eventually("the lane recovers", () => process.lane.state === "recovering");
    await letGo();
    await expectOnce(process, await answering);
  },
  TEST_MS_MAX,
);

test(
  "a commit whose backend is terminated in the middle of its append is answered unknown, and can be repeated",
  async () => {
    const process = await open("one");
    const letGo = await holdAppends();
    const answering = process.ask("second");
    await untilAppendWaits();
    for (const { pid } of await waiting()) await subject.database.sql`select pg_terminate_backend(${pid})`;
    await eventually("the lane recovers", () => process.lane.state === "recovering");
    await letGo();
    expect(await answering).toMatchObject({ type: "unknown" });
    await expectOnce(process, await answering);
  },
  TEST_MS_MAX,
);

test(
  "a commit that the server gives up at its deadline is answered unknown, and can be repeated",
  async () => {
    const process = await open("one");
    const letGo = await holdAppends();
    const answering = process.ask("second");
    await eventually("the lane recovers", () => process.lane.state === "recovering");
    await letGo();
    expect(await answering).toMatchObject({ type: "unknown" });
    await expectOnce(process, await answering);
  },
  TEST_MS_MAX,
);

test(
  "a commit whose reply comes after the deadline is found in the journal, and answered as it was stored",
  async () => {
    const process = await open("one");
    proxy.muteReplies();
    const answering = process.ask("second");
    await eventually("the lane recovers", () => process.lane.state === "recovering");
    proxy.unmuteReplies();
    proxy.sever();
    expect(await answering).toEqual(done({ total: 2 }));
    await expectOnce(process, await answering);
  },
  TEST_MS_MAX,
);

test(
  "an owner that lost a reply to a successor's takeover ends, and the successor tells what came of its commit",
  async () => {
    const owner = await open("one");
    const letGo = await holdAppends();
    void owner.ask("second");
    await untilAppendWaits();
    const taking = LaneProcess.open("two", subject.url);
    await eventually("the takeover waits behind the append", async () => (await waiting()).length > 1);
    proxy.sever();
    await letGo();
    const successor = await taking;
    processes.push(successor);
    await eventually("the first owner ends", () => owner.lane.state === "stopped");
    expect(owner.faults).toEqual([expect.any(OwnershipLost)]);
    expect(await successor.askPatiently("first")).toEqual(done({ total: 1 }));
    expect(await successor.askPatiently("second")).toEqual(done({ total: 2 }));
    expect(await successor.total()).toEqual({ total: 2, adds: 2 });
    expect(successor.faults).toEqual([]);
  },
  TEST_MS_MAX,
);

/** Items arrive one turn later, as between threads. */
function linkTo(receive: (items: readonly Item[]) => void): Link {
  return { send: (item) => void setImmediate(() => receive([item])) };
}
