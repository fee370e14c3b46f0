import { Interrupted, unlessInterrupted } from "../../../bench/interruption/interruption.ts";
import type { ShardDescription } from "../../../engine/operator/cluster-description.ts";
import { exitCodeOfOperation } from "../../../engine/operator/exit-code.ts";
import { isOperationOver, type Operation } from "../../../engine/ports/operation-store.ts";
import { plannedState } from "../../../engine/shards/move-progress.ts";
import { documentsOf } from "../../../engine/shards/operation-documents.ts";
import { progress } from "../progress.ts";
import { accessText } from "./admin-options.ts";
import type { WaitOptions } from "./change-options.ts";
import { durationText } from "./duration.ts";
import { summarize, type UnderwayShard } from "./operation-summary.ts";
import { summaryText } from "./operation-text.ts";
import { programName } from "./program-name.ts";
import type { Session } from "./session.ts";

/** How often it is looked at what holds shards up, and how long a look may take, milliseconds. */
const LOOK_MS = 2_000;

/** How long to follow an operation, and where. */
export interface FollowOptions extends Pick<WaitOptions, "timeout" | "data" | "adminUrl"> {
  /** It shall end cancelled, rather than done. */
  readonly isCancelled?: boolean;
}

/** Follows an operation to its end, or until time is over; prints what has come of it, and sets the exit code. */
export async function followToSummary(
  begun: Operation,
  session: Session,
  options: FollowOptions,
): Promise<void> {
  const shown = isOperationOver(begun.status) ? undefined : progress(`${begun.kind}: shards`, stepsOf(begun));
  let known = begun;
  const show = (operation: Operation, shards: readonly ShardDescription[] = []): void => {
    known = operation;
    const { stepsDone, stepsTotal } = operation;
    // What was carried out before a drain may have brought it more shards than were planned.
    const total = stepsTotal === 0 ? undefined : stepsTotal;
    shown?.update(stepsDone, trouble(summarize(operation, shards).underway), total);
  };
  const endLooks = lookEvery(session, (shards) => show(known, shards));
  const operation = await lastOf(begun, session, options, show).finally(() => {
    endLooks();
    shown?.finish();
  });
  const shards = isOperationOver(operation.status) ? [] : await session.client.shardsWithin(LOOK_MS);
  const summary = summarize(operation, shards);
  await session.print({ operation, summary }, (made) => summaryText(made.operation, made.summary));
  end(operation, session, options);
}

/** What an operation has to do, by its plan; undefined before it has one. */
function stepsOf(operation: Operation): number | undefined {
  const documents = documentsOf(operation);
  if (documents === undefined || !("plan" in documents) || documents.plan === null) return undefined;
  const { moves, left } = plannedState(documents.plan);
  return moves.length + left.length;
}

/** Looks at the shards, once at a time, until the function that it returns is called. */
function lookEvery({ client }: Session, seen: (shards: readonly ShardDescription[]) => void): () => void {
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      seen(await client.shardsWithin(LOOK_MS));
    } finally {
      isLooking = false;
    }
  };
  // Ctrl-C ends a look, and what it was for.
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_MS);
  return () => clearInterval(timer);
}

/** Which shards are held up, and by what; undefined while none is. */
function trouble(underway: readonly UnderwayShard[]): string | undefined {
  const [first, ...more] = underway.filter(({ isHeldUp }) => isHeldUp);
  if (first === undefined) return undefined;
  const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
  return `shard/${first.shard} ${first.reason}${others}`;
}

/** Follows an operation likewise, and calls `changed` with it as it is, and whenever it is seen to have changed. */
export async function followChanges(
  begun: Operation,
  session: Session,
  options: FollowOptions,
  changed: (operation: Operation) => Promise<void>,
): Promise<void> {
  end(await lastOf(begun, session, options, changed), session, options);
}

/** How to see more of an operation. */
export function goOn({ id }: Operation, options: FollowOptions): string {
  return `watch it with: ${programName()} ops watch ${id}${accessText(options)}`;
}

/** The operation when it is over, or when time is. */
async function lastOf(
  begun: Operation,
  session: Session,
  options: FollowOptions,
  changed: (operation: Operation) => Promise<void> | void,
): Promise<Operation> {
  const { client, signal } = session;
  const late = new AbortController();
  const timer = options.timeout === undefined ? undefined : setTimeout(() => late.abort(), options.timeout);
  let last = begun;
  const following = async (): Promise<void> => {
    for await (const operation of client.watch(begun.id, AbortSignal.any([signal, late.signal]))) {
      last = operation;
      await changed(operation);
    }
  };
  try {
    await unlessInterrupted(signal, following());
  } catch (error) {
    if (late.signal.aborted && !signal.aborted) return last;
    session.say(`the operation goes on; ${goOn(begun, options)}`);
    throw signal.aborted ? new Interrupted({ cause: error }) : error;
  } finally {
    clearTimeout(timer);
  }
  return last;
}

function end(operation: Operation, session: Session, options: FollowOptions): void {
  const isAsWanted = options.isCancelled === true && operation.status === "cancelled";
  process.exitCode = isAsWanted ? 0 : exitCodeOfOperation(operation);
  if (isOperationOver(operation.status) || options.timeout === undefined) return;
  session.say(
    `stampede: still ${operation.status} after ${durationText(options.timeout)}; ${goOn(operation, options)}`,
  );
}
