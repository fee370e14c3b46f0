import { inParallel } from "../../bench/replay/in-parallel.ts";
import type { StampedeClient } from "../../gateway/client/client.ts";
import type { Problem } from "../../gateway/protocol/messages.ts";
import type { ProductChange } from "./sale-plan.ts";

/** What came of one product's change. */
export type ChangeEnding =
  | { readonly type: "changed" }
  /** The shop said no. */
  | { readonly type: "refused"; readonly problem: Problem }
  /** Nobody who could say anything was reached in time; it may have been done even so. */
  | { readonly type: "unreached"; readonly problem: Problem };

/** What a run of changes takes from outside. */
export interface CarryOutOptions {
  readonly shops: readonly Pick<StampedeClient, "command">[];
  /** The idempotency key of all changes: each product has its own memory of keys. */
  readonly key: string;
  /** How long whoever cannot be reached is asked again, milliseconds. */
  readonly timeoutMs: number;
  /** Hears how many products have an end so far. */
  readonly ended: (products: number) => void;
}

// A gateway refuses more than 256 unanswered commands of one socket.
const AT_ONCE_PER_SOCKET = 200;
// Short, so that what cannot be reached keeps nobody else waiting: it is asked again when all others have been asked.
const ATTEMPT_MS = 3_000;
const ROUND_PAUSE_MS = 250;

/** What says nothing about the command itself: the same key again may be answered. */
const NOT_REACHED: ReadonlySet<string> = new Set([
  "overloaded",
  "outcome_unknown",
  "deadline_expired",
  "unavailable",
  "connection_closed",
  "internal",
  "internal_fault",
]);

/** Sends all changes side by side, and those that reach nobody again until the time is over. In order of the changes. */
export async function carryOut(
  changes: readonly ProductChange[],
  options: CarryOutOptions,
): Promise<readonly ChangeEnding[]> {
  const { shops, timeoutMs, ended } = options;
  const endings = new Map<ProductChange, ChangeEnding>();
  const giveUpAtMs = performance.now() + timeoutMs;
  let open = changes;
  let endedCount = 0;
  do {
    if (open.length < changes.length || endings.size > 0) await Bun.sleep(ROUND_PAUSE_MS);
    await inParallel(open, AT_ONCE_PER_SOCKET * shops.length, async (change, index) => {
      const shop = shops[index % shops.length];
      if (shop === undefined) return;
      const ending = await attempt(change, shop, options.key);
      endings.set(change, ending);
      if (ending.type !== "unreached") endedCount += 1;
      ended(endedCount);
    });
    open = open.filter((change) => endings.get(change)?.type === "unreached");
  } while (open.length > 0 && performance.now() < giveUpAtMs);
  return changes.flatMap((change) => endings.get(change) ?? []);
}

async function attempt(
  change: ProductChange,
  shop: Pick<StampedeClient, "command">,
  key: string,
): Promise<ChangeEnding> {
  const result = await change.send(shop, { key, deadlineMs: ATTEMPT_MS, retry: false });
  if (result.ok) return { type: "changed" };
  const { problem } = result;
  return { type: NOT_REACHED.has(problem.code) ? "unreached" : "refused", problem };
}
