import type { ConsoleAlert, ConsoleNode, ConsoleNow } from "../../gateway/protocol/console-line.ts";

// What shoppers are promised of 95 commands in a hundred, checkouts apart: see docs/operations.md.
const PROMISED_MS = 200;
/** An operation that ended badly is news for so long. */
const NEWS_MS = 10 * 60_000;

/** Something that is wrong; `key` names it from one second to the next, whatever its figures are by then. */
export interface FoundAlert extends Omit<ConsoleAlert, "sinceMs"> {
  readonly key: string;
}

/** Everything but the alerts themselves. */
export interface AlertGrounds extends Omit<ConsoleNow, "alerts"> {
  /** Calls to payment providers that have failed again and again, by node. */
  readonly callsStuck: Readonly<Record<string, number>>;
  /** Within which 95 of 100 commands are answered; null while there are none. */
  readonly p95Ms: number | null;
}

/** What is wrong, in words. */
export function findAlerts(grounds: AlertGrounds): readonly FoundAlert[] {
  return [
    ...grounds.nodes.flatMap(alertsOfNode),
    ...alertsOfCluster(grounds),
    ...alertsOfTraffic(grounds),
    ...alertsOfOperations(grounds),
    ...unknownParts(grounds),
  ];
}

function alertsOfNode({ node, figures: { value, trouble } }: ConsoleNode): readonly FoundAlert[] {
  if (trouble !== null)
    return [wrong(`figures ${node}`, `${node} does not tell how it is: ${withoutStop(trouble)}.`)];
  if (value === null) return [];
  const failed = value.checks.flatMap(({ name, failure }) =>
    failure === null
      ? []
      : [wrong(`${node} ${name}`, `${node} is not ready: ${name}: ${withoutStop(failure)}.`)],
  );
  const unread = value.unreadableShards;
  if (unread === 0) return failed;
  return [...failed, wrong(`unread ${node}`, `${counted(unread, "shard")} of ${node} cannot be read.`)];
}

function alertsOfCluster({ cluster: { value, trouble } }: AlertGrounds): readonly FoundAlert[] {
  if (value === null || trouble !== null) return [];
  const found: FoundAlert[] = [];
  for (const { node, state, expectedShards, cordoned, draining } of value.nodes) {
    const isGone = state === "dead" || state === "away";
    if (state === "suspect") found.push(wrong(`state ${node}`, `${node} has not been heard for a moment.`));
    if (isGone && expectedShards > 0)
      found.push(
        wrong(
          `state ${node}`,
          `${node} is gone, and ${counted(expectedShards, "shard")} ${expectedShards === 1 ? "waits" : "wait"} for another node.`,
        ),
      );
    // One that has said goodbye is missed by nobody.
    if (state === "dead" && expectedShards === 0)
      found.push(notice(`state ${node}`, `${node} is gone without a word; others have its shards.`));
    if (draining)
      found.push(notice(`drained ${node}`, `${node} is being emptied, or is empty: it takes no shards.`));
    else if (cordoned)
      found.push(notice(`cordoned ${node}`, `${node} gets no further shards: it is cordoned.`));
  }
  const homeless = value.shards.filter(({ node }) => node === null).length;
  if (homeless > 0)
    found.push(
      wrong("homeless", `${counted(homeless, "shard")} ${homeless === 1 ? "belongs" : "belong"} to no node.`),
    );
  for (const [shard, { move }] of value.shards.entries())
    if (move !== null && move.trouble !== null)
      found.push(
        wrong(`move ${shard}`, `Shard ${shard} is held up on its way: ${withoutStop(move.trouble)}.`),
      );
  if (value.isBalancingSuspended)
    found.push(notice("suspended", "Balancing is suspended: shards move only when somebody asks for it."));
  return found;
}

function alertsOfTraffic({ traffic, p95Ms, callsStuck }: AlertGrounds): readonly FoundAlert[] {
  const found: FoundAlert[] = [];
  if (traffic.failedPerSecond > 0)
    found.push(wrong("failed", "Commands of shoppers fail by a fault of the shop."));
  if (p95Ms !== null && p95Ms > PROMISED_MS) {
    const slow = `More than 5 of 100 commands take longer than ${PROMISED_MS} ms`;
    found.push(notice("slow", `${slow}; those that are checkouts wait for the payment provider as well.`));
  }
  for (const [node, stuck] of Object.entries(callsStuck))
    if (stuck > 0)
      found.push(
        wrong(
          `stuck ${node}`,
          `${counted(stuck, "call")} of ${node} to the payment provider ${stuck === 1 ? "fails" : "fail"} again and again.`,
        ),
      );
  return found;
}

function alertsOfOperations({ operations: { value }, atMs }: AlertGrounds): readonly FoundAlert[] {
  return (value ?? []).flatMap(({ id, kind, status, endedAtMs }) => {
    const isBad = status === "failed" || status === "partly";
    if (!isBad || endedAtMs === null || atMs - endedAtMs > NEWS_MS) return [];
    const what = status === "failed" ? "has failed" : "is over, and not all of it could be done";
    return [
      notice(`operation ${id}`, `The ${kind} ${id.slice(-8)} ${what}: ops watch ${id.slice(-8)} tells more.`),
    ];
  });
}

function unknownParts({ cluster, operations, products }: AlertGrounds): readonly FoundAlert[] {
  const parts = {
    "where shards are": cluster.trouble,
    "what the cluster does": operations.trouble,
    "the stock of products": products.trouble,
  };
  return Object.entries(parts).flatMap(([what, trouble]) =>
    trouble === null ? [] : [wrong(`unknown ${what}`, `Not known now: ${what} (${withoutStop(trouble)}).`)],
  );
}

function wrong(key: string, text: string): FoundAlert {
  return { key, severity: "wrong", text };
}

function notice(key: string, text: string): FoundAlert {
  return { key, severity: "notice", text };
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, "");
}
