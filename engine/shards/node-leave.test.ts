import { beforeEach, expect, test } from "bun:test";
import type { ClusterReply, ClusterRequest } from "../operator/cluster-request.ts";
import type { Operation, OperationStatus } from "../ports/operation-store.ts";
import { CollectingLog } from "../testing/collecting-log.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { SequentialEntropy } from "../testing/sequential-entropy.ts";
import { NodeLeave } from "./node-leave.ts";

const WITHIN_MS = 20_000;
const STUCK_MS = 8_000;
const HEAR_MS = 600;
const REFUSED: ClusterReply = {
  type: "Refused",
  prechecks: [{ code: "NO_CAPACITY", detail: "No other node takes shards.", field: "node" }],
};

let clock: ManualClock;
let shardCount: number;
let isTakerExpected: boolean;
let asked: string[];
let answer: (withinMs: number) => Promise<ClusterReply>;
let refresh: () => Promise<void>;

beforeEach(() => {
  clock = new ManualClock();
  shardCount = 4;
  isTakerExpected = true;
  asked = [];
  refresh = () => Promise.resolve();
});

/** Leaves, and tells what came of it, and when. */
async function leave(
  setBackMs = 0,
): Promise<{ readonly result: boolean | undefined; readonly tookMs: number }> {
  const startedAtMs = clock.nowMs();
  let result: boolean | undefined;
  let tookMs = Number.POSITIVE_INFINITY;
  const leaving = new NodeLeave(
    {
      node: "a",
      sinceMs: startedAtMs,
      clock,
      entropy: new SequentialEntropy(),
      log: new CollectingLog(),
      shards: () => ({ serving: shardCount, expected: shardCount }),
      ask: (request: ClusterRequest, withinMs) => {
        if (request.type === "Leave") asked.push(request.id);
        return answer(withinMs);
      },
      refresh: () => refresh(),
      mayBeTaken: () => isTakerExpected,
    },
    WITHIN_MS,
  );
  void leaving.run().then((left) => {
    [result, tookMs] = [left, clock.nowMs() - startedAtMs];
  });
  await clock.advance(HEAR_MS / 2);
  clock.setBack(setBackMs);
  await clock.advance(60_000);
  return { result, tookMs };
}

function begun(status: OperationStatus): ClusterReply {
  return { type: "Begun", operation: { status } as Operation };
}

test("a refusal that passes is not the end: it asks again, and leaves", async () => {
  const answers = [REFUSED, REFUSED, begun("running")];
  answer = async () => {
    const next = answers.shift();
    if (next === undefined) shardCount = 0;
    return next ?? begun("done");
  };
  const { result, tookMs } = await leave();
  expect([result, tookMs < 2_000]).toEqual([true, true]);
  expect(new Set(asked).size).toBe(1);
});

test("a refusal that does not pass is the end after eight seconds", async () => {
  answer = () => Promise.resolve(REFUSED);
  expect(await leave()).toEqual({ result: false, tookMs: STUCK_MS });
});

/** A coordinator under which the node has one shard less every so often. */
function giveAwayEvery(ms: number): void {
  answer = () => Promise.resolve(begun("running"));
  const next = (): void => void (shardCount > 0 && ((shardCount -= 1), clock.after(ms, next)));
  clock.after(ms, next);
}

test("it goes on for as long as it gives shards away", async () => {
  giveAwayEvery(4_500);
  expect(await leave()).toMatchObject({ result: true, tookMs: expect.closeTo(18_000, -3) });
});

test("but no longer than whoever has told it to end waits", async () => {
  giveAwayEvery(7_000);
  expect(await leave()).toEqual({ result: false, tookMs: WITHIN_MS });
  expect(shardCount).toBeLessThan(4);
});

test("while others go before it is not stuck: its eight seconds begin with its turn", async () => {
  const turnAtMs = clock.nowMs() + STUCK_MS + 2_000;
  answer = async () => begun(clock.nowMs() < turnAtMs ? "waiting" : "running");
  clock.after(STUCK_MS + 8_000, () => {
    shardCount = 0;
  });
  expect(await leave()).toMatchObject({ result: true, tookMs: expect.closeTo(STUCK_MS + 8_000, -3) });
});

test("a turn that does not come is waited for no longer than whoever has told it to end waits", async () => {
  answer = () => Promise.resolve(begun("waiting"));
  expect(await leave()).toEqual({ result: false, tookMs: WITHIN_MS });
});

test("it gives up as soon as it has heard who ends with it when nobody will take its shards", async () => {
  isTakerExpected = false;
  answer = () => Promise.resolve(REFUSED);
  expect(await leave()).toEqual({ result: false, tookMs: HEAR_MS });
});

test("it gives up as soon, too, when nobody coordinates: who ends does not begin to", async () => {
  isTakerExpected = false;
  answer = () => Promise.resolve({ type: "NoCoordinator", detail: "Nobody answers.", retryAfterMs: 1_000 });
  expect(await leave()).toEqual({ result: false, tookMs: HEAR_MS });
});

test("what did not go all the way is begun anew", async () => {
  answer = async () => {
    if (new Set(asked).size === 1) return begun("partly");
    shardCount = 0;
    return begun("done");
  };
  expect((await leave()).result).toBe(true);
  expect(asked.length).toBe(2);
});

test("what an operator has cancelled is not begun anew", async () => {
  answer = () => Promise.resolve(begun("cancelled"));
  expect(await leave()).toEqual({ result: false, tookMs: HEAR_MS });
});

test("it does not wait longer for a coordinator that does not answer", async () => {
  answer = async (withinMs) => {
    await new Promise<void>((resolve) => clock.after(withinMs, resolve));
    return { type: "NoCoordinator", detail: "Nobody answers.", retryAfterMs: 1_000 };
  };
  expect(await leave()).toEqual({ result: false, tookMs: STUCK_MS });
});

test("nor for a store that does not answer", async () => {
  answer = () => Promise.resolve(begun("done"));
  refresh = () => new Promise(() => undefined);
  expect(await leave()).toEqual({ result: false, tookMs: STUCK_MS });
});

test("what cannot be read for a moment does not end it", async () => {
  let failures = 0;
  const fail = (): Promise<never> => Promise.reject(new Error(`failure ${(failures += 1)}`));
  answer = () => (failures === 0 ? fail() : Promise.resolve(begun("done")));
  refresh = () => {
    if (failures < 2) return fail();
    shardCount = 0;
    return Promise.resolve();
  };
  const { result, tookMs } = await leave();
  expect([result, tookMs < 2_000, failures]).toEqual([true, true, 2]);
});

test("a node whose clock is set back while it leaves asks, and gives up, as soon as it would have", async () => {
  answer = () => Promise.resolve(begun("running"));
  const { result } = await leave(3_600_000);
  expect([result, asked.length > 0]).toEqual([false, true]);
});
