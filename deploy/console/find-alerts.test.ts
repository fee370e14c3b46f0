import { expect, test } from "bun:test";
import type {
  ConsoleCluster,
  ConsoleNodeFigures,
  ConsoleOperation,
} from "../../gateway/protocol/console-line.ts";
import { AlertBook } from "./alert-book.ts";
import { findAlerts, type AlertGrounds } from "./find-alerts.ts";

const NOW_MS = 1_000_000;

const figures: ConsoleNodeFigures = {
  release: "0.1.0",
  sockets: 1,
  processorShare: 0,
  memoryBytes: 1,
  lanes: [],
  unreadableShards: 0,
  checks: [{ name: "database", failure: null }],
};
const node: ConsoleCluster["nodes"][number] = {
  node: "node-b",
  state: "alive",
  cause: "beat",
  cordoned: false,
  draining: false,
  laneLoads: [],
  expectedShards: 3,
  servingShards: 3,
};
const shard = { node: "node-b", lane: 0, pinned: false, load: null, move: null };
const operation: ConsoleOperation = {
  id: "00000000-0000-7000-8000-0000cafe0001",
  kind: "drain",
  status: "failed",
  askedBy: "anna",
  stepsDone: 1,
  stepsTotal: 2,
  createdAtMs: 0,
  endedAtMs: NOW_MS - 1_000,
  ending: null,
};
const cluster: ConsoleCluster = {
  coordinator: "node-b",
  isBalancingSuspended: false,
  nodes: [node],
  shards: [shard],
};

function known<Value>(value: Value) {
  return { value, atMs: NOW_MS, trouble: null };
}

const well = {
  atMs: NOW_MS,
  traffic: { failedPerSecond: 0 },
  nodes: [{ node: "node-b", figures: known(figures) }],
  cluster: known(cluster),
  operations: known([]),
  products: known([]),
  callsStuck: { "node-b": 0 },
  p95Ms: 200,
} as unknown as AlertGrounds;

function texts(grounds: Partial<AlertGrounds>): readonly string[] {
  return findAlerts({ ...well, ...grounds }).map(({ severity, text }) => `${severity}: ${text}`);
}

function withNode(change: Partial<typeof node>): Partial<AlertGrounds> {
  return { cluster: known({ ...cluster, nodes: [{ ...node, ...change }] }) };
}

test("nothing is told of a shop that is well, nor of what is long over", () => {
  expect(texts({})).toEqual([]);
  expect(texts(withNode({ state: "left", expectedShards: 0 }))).toEqual([]);
  expect(texts({ operations: known([{ ...operation, endedAtMs: NOW_MS - 3_600_000 }]) })).toEqual([]);
  expect(texts({ operations: known([{ ...operation, status: "done" }]) })).toEqual([]);
});

const told: readonly (readonly [string, Partial<AlertGrounds>])[] = [
  [
    "notice: node-b is gone without a word; others have its shards.",
    withNode({ state: "dead", expectedShards: 0 }),
  ],
  [
    "wrong: node-b does not tell how it is: it does not answer in time.",
    { nodes: [{ node: "node-b", figures: { ...known(figures), trouble: "it does not answer in time" } }] },
  ],
  [
    "wrong: node-b is not ready: lanes: lane 0 is recovering.",
    {
      nodes: [
        {
          node: "node-b",
          figures: known({ ...figures, checks: [{ name: "lanes", failure: "lane 0 is recovering" }] }),
        },
      ],
    },
  ],
  [
    "wrong: 2 shards of node-b cannot be read.",
    { nodes: [{ node: "node-b", figures: known({ ...figures, unreadableShards: 2 }) }] },
  ],
  ["wrong: node-b has not been heard for a moment.", withNode({ state: "suspect" })],
  ["wrong: node-b is gone, and 3 shards wait for another node.", withNode({ state: "dead" })],
  [
    "notice: node-b is being emptied, or is empty: it takes no shards.",
    withNode({ draining: true, cordoned: true }),
  ],
  ["notice: node-b gets no further shards: it is cordoned.", withNode({ cordoned: true })],
  [
    "wrong: 1 shard belongs to no node.",
    { cluster: known({ ...cluster, shards: [{ ...shard, node: null }] }) },
  ],
  [
    "wrong: Shard 0 is held up on its way: node-c is late.",
    {
      cluster: known({
        ...cluster,
        shards: [{ ...shard, move: { phase: "replay", trouble: "node-c is late." } }],
      }),
    },
  ],
  [
    "notice: Balancing is suspended: shards move only when somebody asks for it.",
    { cluster: known({ ...cluster, isBalancingSuspended: true }) },
  ],
  ["wrong: 1 call of node-b to the payment provider fails again and again.", { callsStuck: { "node-b": 1 } }],
  [
    "notice: More than 5 of 100 commands take longer than 200 ms; those that are checkouts wait for the payment provider as well.",
    { p95Ms: 201 },
  ],
  [
    "notice: The drain cafe0001 has failed: ops watch cafe0001 tells more.",
    { operations: known([operation]) },
  ],
  [
    "wrong: Not known now: the stock of products (Postgres cannot be read).",
    { products: { ...known([]), trouble: "Postgres cannot be read." } },
  ],
];

test.each(told)("%s", (text, grounds) => {
  expect(texts(grounds)).toEqual([text]);
});

test("since when something is wrong is remembered until it is well, whatever its figures are meanwhile", () => {
  const book = new AlertBook();
  const unread = (shards: number) => ({
    key: "unread",
    severity: "wrong" as const,
    text: `${shards} shards`,
  });
  const suspended = { key: "suspended", severity: "notice" as const, text: "suspended" };
  expect(book.note([suspended], 1)).toEqual([{ severity: "notice", text: "suspended", sinceMs: 1 }]);
  expect(book.note([suspended, unread(1)], 2).map(({ sinceMs }) => sinceMs)).toEqual([2, 1]);
  expect(book.note([unread(5)], 3)).toEqual([{ severity: "wrong", text: "5 shards", sinceMs: 2 }]);
  book.note([], 4);
  expect(book.note([unread(5)], 5)[0]?.sinceMs).toBe(5);
});

test("what is wrong again after nobody has watched is not said to have been so meanwhile", () => {
  const book = new AlertBook();
  const found = [{ key: "slow", severity: "notice", text: "Slow." }] as const;
  const sinceMs = (atMs: number) => book.note(found, atMs)[0]?.sinceMs;
  expect([0, 1_000, 9_000, 600_000, 601_000].map(sinceMs)).toEqual([0, 0, 0, 600_000, 600_000]);
});
