import type { AnyDecider } from "../../engine/contract/decider.ts";
import {
  journalChecks,
  verifyJournal,
  type ReadableJournal,
  type VerifyOptions,
} from "../verify/verify-journal.ts";
import type { VerifyReport } from "../verify/verify-report.ts";
import type { Check } from "../verify/check.ts";
import { answers } from "./checks/answers.ts";
import { orders } from "./checks/orders.ts";
import { provider, type ProviderPayment } from "./checks/provider.ts";
import { reads } from "./checks/reads.ts";
import { refusals } from "./checks/refusals.ts";
import { requests } from "./checks/requests.ts";
import { snapshots } from "./checks/snapshots.ts";
import { views } from "./checks/views.ts";
import type { History } from "./history.ts";
import { readStoredShards, type ReadableSnapshots } from "./stored-shards.ts";

/** What a history is compared with, beside the journal. */
export interface HistoryCheckOptions extends Pick<
  VerifyOptions,
  "deciders" | "shardCount" | "keysPerActorMax"
> {
  /** Looked at where given: each stored snapshot with the journal after it has to give what the whole journal gives. */
  readonly snapshots?: ReadableSnapshots;
  /** The books of the payment provider, where it keeps its own. */
  readonly payments?: readonly ProviderPayment[];
}

/** A broken promise. */
export interface HistoryViolation {
  /** Name of the check that found it, such as `stock` or `answers`: stable. */
  readonly code: string;
  /** One sentence with the figures. */
  readonly text: string;
  /** Where it shows: the actor `tenant/kind/id`, its shard, the number of the segment. */
  readonly evidence: { readonly address?: string; readonly shard?: number; readonly seq?: number };
}

/** What a check of a history found. */
export interface HistoryReport {
  /** At most `EXAMPLES_MAX` per check; `report` counts them all. */
  readonly violations: readonly HistoryViolation[];
  readonly report: VerifyReport;
}

/** The checks that compare a journal with what its clients did and saw. */
function historyChecks(history: History, deciders: readonly AnyDecider[]): readonly Check[] {
  return [
    answers(history),
    refusals(history),
    requests(history),
    orders(history),
    views(history, deciders),
    reads(history),
  ];
}

/**
 * Proves or refutes every promise of the shop from its journal and from what its clients did and saw. The journal may be
 * any: simulated, in memory, in Postgres. Call it when nothing is on its way any more.
 */
export async function checkHistory(
  history: History,
  journal: ReadableJournal,
  options: HistoryCheckOptions,
): Promise<HistoryReport> {
  const { snapshots: stored, payments, ...verified } = options;
  const { deciders } = verified;
  const checks = [...journalChecks, ...historyChecks(history, deciders)];
  if (stored !== undefined) checks.push(snapshots(await readStoredShards(journal, stored), deciders));
  if (payments !== undefined) checks.push(provider(payments));
  const report = await verifyJournal(journal, { ...verified, checks });
  return { violations: violationsOf(report), report };
}

function violationsOf({ checks }: VerifyReport): readonly HistoryViolation[] {
  return checks.flatMap(({ name, examples }) =>
    examples.map(({ detail, ...evidence }) => ({ code: name, text: detail, evidence })),
  );
}
