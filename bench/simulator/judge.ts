import { drainMicrotasks } from "bun:jsc";
import { shopDeciders } from "../../actors/shop.ts";
import { checkHistory, type HistoryReport } from "../history/check-history.ts";
import type { ProviderPayment } from "../history/checks/provider.ts";
import type { History } from "../history/history.ts";
import type { SimulatedBank } from "./simulated-bank.ts";
import { SIMULATED_LIMITS } from "./simulated-lane.ts";
import { SHARD_COUNT, type World } from "./world.ts";

/** Holds a day that is over against everything that is promised: by its journal, its snapshots, its clients and its bank. */
export function judge(world: World, history: History): void {
  const { database, snapshots, violations, bank } = world;
  judgePlacements(world);
  for (const detail of bank.contradictions) violations.add("provider", detail);
  const options = {
    deciders: shopDeciders,
    shardCount: SHARD_COUNT,
    keysPerActorMax: SIMULATED_LIMITS.keysPerActorMax,
    payments: paymentsOf(bank),
    snapshots: snapshots.plain,
  };
  let checked = false;
  checkHistory(history, database.journal, options).then(
    (report) => {
      checked = true;
      take(world, report);
    },
    (error: unknown) => {
      checked = true;
      violations.add("history", String(error));
    },
  );
  drainMicrotasks();
  if (!checked) violations.add("history", "the checker waits for something real");
}

/** No coordinator changes anything once it has a successor. */
function judgePlacements({ database, violations }: World): void {
  let newest = 0;
  for (const { version, term } of database.cluster.changes) {
    if (term < newest)
      violations.add(
        "terms",
        `version ${version} of the placement is made in term ${term}, after one of ${newest}`,
      );
    newest = Math.max(newest, term);
  }
}

function take({ violations }: World, { violations: found, report }: HistoryReport): void {
  for (const { code, text, evidence } of found)
    violations.add(code, `${evidence.address ?? `shard ${evidence.shard}`}: ${text}`);
  // The day is over: what is still open never ends.
  for (const { name, open, subject } of report.checks)
    if (open > 0) violations.add(name, `${open} ${subject} never ended`);
}

function paymentsOf(bank: SimulatedBank): readonly ProviderPayment[] {
  return Array.from(bank.payments, ([name, payment]): ProviderPayment => {
    const [tenant, paymentKey] = name.split("/") as [string, string];
    const refundedMinor = [...payment.refunds.values()].reduce((sum, part) => sum + part, 0);
    return {
      tenant,
      paymentKey,
      isAuthorised: payment.status !== "declined",
      isVoided: payment.status === "released",
      captures: payment.captures,
      capturedMinor: payment.captures * payment.amountMinor,
      refundedMinor,
    };
  });
}
