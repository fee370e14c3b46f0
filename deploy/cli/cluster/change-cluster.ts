import type { ClusterChange } from "../../../engine/operator/cluster-change.ts";
import { isOperationOver } from "../../../engine/ports/operation-store.ts";
import type { ExecutionAnswer } from "../../admin/api/answers.ts";
import { ConfigError } from "../../config.ts";
import { systemEntropy } from "../../system-entropy.ts";
import { accessText, whoAsks } from "./admin-options.ts";
import type { CancelOptions, ChangeOptions, WaitOptions } from "./change-options.ts";
import { followToSummary, goOn, type FollowOptions } from "./follow-operation.ts";
import { operationId } from "./operation-name.ts";
import { movesShards, summarize } from "./operation-summary.ts";
import { summaryText } from "./operation-text.ts";
import { planText } from "./plan-text.ts";
import { exitCodeOfPrechecks, withCluster, type Session } from "./session.ts";

/** Has something changed, or plans it; prints what came of it, and sets the exit code. */
export async function changeCluster(change: ClusterChange, options: ChangeOptions): Promise<void> {
  checkWait(options);
  const { dryRun, plan: planId, ifVersion } = options;
  const onlyForChanges = { "--plan": planId, "--if-version": ifVersion, "--wait": options.wait };
  if (dryRun === true) refuseWithDryRun(onlyForChanges);
  await withCluster(options, async (session) => {
    if (dryRun === true) return plan(change, session, options);
    const answer = await session.client.execute({
      id: systemEntropy.uuid(),
      change,
      askedBy: options.as ?? whoAsks(),
      ...(planId === undefined ? {} : { planId }),
      ...(ifVersion === undefined ? {} : { ifVersion }),
    });
    await finish(answer, options, session);
  });
}

/** Has an operation ended, but for what cannot be undone; or shows how far it is. */
export async function cancelOperation(text: string, options: CancelOptions): Promise<void> {
  checkWait(options);
  if (options.dryRun === true) refuseWithDryRun({ "--wait": options.wait });
  await withCluster(options, async (session) => {
    const { client, print } = session;
    const id = await operationId(client, text);
    if (options.dryRun === true) {
      const operation = await client.operation(id);
      return print({ operation, summary: summarize(operation) }, (shown) =>
        summaryText(shown.operation, shown.summary),
      );
    }
    const answer = await client.cancel(id, options.as ?? whoAsks());
    await finish(answer, { ...options, isCancelled: true }, session);
  });
}

function checkWait({ wait, timeout }: WaitOptions): void {
  if (timeout !== undefined && wait !== true) throw new ConfigError("--timeout needs --wait");
}

function refuseWithDryRun(options: Readonly<Record<string, unknown>>): void {
  for (const [option, value] of Object.entries(options))
    if (value !== undefined) throw new ConfigError(`--dry-run changes nothing: leave it out, or ${option}`);
}

async function plan(
  change: ClusterChange,
  { client, print }: Session,
  options: ChangeOptions,
): Promise<void> {
  const planned = await client.plan(change);
  await print(planned, (shown) => planText(shown, accessText(options)));
  if (planned.prechecks.length > 0) process.exitCode = exitCodeOfPrechecks(planned.prechecks);
}

async function finish(
  answer: ExecutionAnswer,
  options: WaitOptions & FollowOptions,
  session: Session,
): Promise<void> {
  const { operation, detail } = answer;
  if (operation === null) return session.print(answer, () => `nothing to do: ${detail}\n`);
  const isAtOnce = !movesShards(operation);
  if (options.wait === true && !isAtOnce) return followToSummary(operation, session, options);
  if (isAtOnce) return session.print({ operation }, () => `${operation.kind} done\n`);
  await session.print({ operation }, ({ operation: { kind, status, id } }) => `${kind} ${status}: ${id}\n`);
  if (!isOperationOver(operation.status)) session.say(goOn(operation, options));
}
