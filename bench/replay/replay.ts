import type { RetailPlan } from "../retail/retail-plan.ts";
import { RETAIL_CURRENCY } from "../retail/retail-row.ts";
import { waitUntilCaughtUp } from "./catch-up.ts";
import { InvoicePlayer } from "./invoice-player.ts";
import type { PlayCounts } from "./invoice-player.ts";
import { Mismatches } from "./mismatches.ts";
import type { OperatorLine } from "./operator-port.ts";
import type { Pace } from "./play-plan.ts";
import { playPlan } from "./play-plan.ts";
import { reconcile } from "./reconcile.ts";
import type { RunIds } from "./run-ids.ts";
import type { ShopLedger, StockFigures } from "./shop-ledger.ts";

// After the last reply the shop still captures payments and puts returned units on the shelf.
const SETTLED_AFTER_MS = 3_000;
const SETTLE_POLL_MS = 250;
const PLAYED_EVERY_MS = 100;

/** Where to play, as whom, and how. */
export interface ReplayOptions {
  readonly plan: RetailPlan;
  readonly ids: RunIds;
  readonly operators: readonly OperatorLine[];
  readonly ledger: ShopLedger;
  readonly pace: Pace;
  /** Books that disagree are final when they have not changed for so long, milliseconds; 3 seconds unless told. */
  readonly settledAfterMs?: number;
  /** Hears of progress. */
  readonly watcher: ReplayWatcher;
}

/** Hears how a replay goes. */
export interface ReplayWatcher {
  readonly played: (counts: PlayCounts, linesPerSecond: number) => void;
  readonly lagging: (segments: number) => void;
}

/** What came of a replay. */
export interface ReplayOutcome extends PlayCounts {
  readonly playedMs: number;
  readonly linesPerSecond: number;
  /** Refused commands, then what the reconciliation found. */
  readonly mismatches: number;
  /** The first mismatches, one sentence each. */
  readonly firstMismatches: readonly string[];
  /** Orders of the run that the database holds as paid. */
  readonly ordersInShop: number;
}

/** Plays a plan on a shop that has the stock, waits for the shop's books, and compares them with the file. */
export async function replay(options: ReplayOptions): Promise<ReplayOutcome> {
  const { plan, ids, ledger, watcher } = options;
  await waitUntilCaughtUp(ledger, watcher.lagging);
  const before = await ledger.stock();
  const refusals = new Mismatches();
  const player = new InvoicePlayer(ids, plan, refusals);
  const startedAtMs = performance.now();
  const linesPerSecond = (): number =>
    player.counts.rowsSent / Math.max((performance.now() - startedAtMs) / 1000, 0.001);
  const timer = setInterval(() => watcher.played(player.counts, linesPerSecond()), PLAYED_EVERY_MS);
  try {
    await playPlan(plan.customers, player, options.operators, options.pace);
  } finally {
    clearInterval(timer);
  }
  const playedMs = performance.now() - startedAtMs;
  const speed = linesPerSecond();
  const found = await reconcileWhenSettled(options, before);
  return {
    ...player.counts,
    playedMs: Math.round(playedMs),
    linesPerSecond: Math.round(speed),
    mismatches: refusals.count + found.mismatches.count,
    firstMismatches: [...refusals.shown, ...found.mismatches.shown].slice(0, 20),
    ordersInShop: found.orders,
  };
}

interface Found {
  readonly mismatches: Mismatches;
  readonly orders: number;
}

/** Compares again while the shop still settles; what is wrong after that is wrong. */
async function reconcileWhenSettled(
  { plan, ids, ledger, watcher, settledAfterMs = SETTLED_AFTER_MS }: ReplayOptions,
  before: ReadonlyMap<string, StockFigures>,
): Promise<Found> {
  let lastSeen = "";
  let changedAtMs = performance.now();
  for (;;) {
    await waitUntilCaughtUp(ledger, watcher.lagging);
    const [after, run] = await Promise.all([ledger.stock(), ledger.run(ids.prefix, RETAIL_CURRENCY)]);
    const mismatches = reconcile(plan.ledger, ids, { before, after, run });
    const seen = `${mismatches.count} ${mismatches.shown.join()}`;
    if (seen !== lastSeen) changedAtMs = performance.now();
    lastSeen = seen;
    const isSettled = mismatches.count === 0 || performance.now() - changedAtMs >= settledAfterMs;
    if (isSettled) return { mismatches, orders: run.orders };
    await Bun.sleep(SETTLE_POLL_MS);
  }
}
