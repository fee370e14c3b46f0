import { relative } from "node:path";
import type { LanePlace } from "../../engine/ports/placement-store.ts";
import { CONSOLE_PATH } from "../console-assets.ts";
import { adminUrlOf, storefrontUrlOf } from "../shop/listening.ts";
import type { OpenNode } from "./local-cluster.ts";

const SHARD_UNLESS_KNOWN = 3;

/** A cluster that is open. */
export interface OpenCluster {
  readonly nodes: readonly [OpenNode, ...OpenNode[]];
  /** Where each shard is, by its number; empty when nobody has said so. */
  readonly places: readonly (LanePlace | null)[];
  readonly natsUrl: string;
  readonly dataDirectory: string;
  /** Lanes and gateway threads of each node. */
  readonly lanes: number;
  readonly gateways: number;
  /** Holds what all nodes share. */
  readonly environmentFile: string;
  /** Holds the token that lets operators in at every node. */
  readonly tokenFile: string;
}

/** What there is, and what can be tried with it. */
export function clusterGuide({
  nodes,
  places,
  natsUrl,
  dataDirectory,
  lanes,
  gateways,
  environmentFile,
  tokenFile,
}: OpenCluster): string {
  const [first, second] = nodes;
  const last = nodes.at(-1) ?? first;
  // Of any node that is open: the first one may be the one that was killed.
  const data = `--data ${near(dataDirectory)}`;
  const start = `--node ${last.process.name} ${data}/${last.process.name} --lanes ${lanes} --gateways ${gateways} --port ${last.shop.port} --admin-port ${last.shop.adminPort}`;
  const commands = {
    "once per terminal": `set -a; . ${near(environmentFile)}; set +a`,
    "where shards are": `npm run stampede -- shards list ${data}`,
    ...moves(first, second, { lanes, places }, data),
    "kill a node": `kill -9 ${last.process.pid}`,
    "start it again": `npm start -- ${start}`,
    "ask a node": `curl -H "Authorization: Bearer $STAMPEDE_ADMIN_TOKEN" ${adminUrlOf(first.shop)}/v1/nodes`,
    "let a crowd in": `npm run stampede -- bench flash-sale --url ${storefrontUrlOf(first.shop)} ${data}`,
    "nothing is lost": "npm run stampede -- verify",
  };
  return `
The cluster is open, with NATS at ${natsUrl}:

${nodes.map(placeOf).join("\n")}

Operators are let in with the token in ${near(tokenFile)}, which the first command below sets for its terminal.
With it a browser shows all of this at ${adminUrlOf(first.shop)}${CONSOLE_PATH}

To try in another terminal:

${Object.entries(commands)
  .map(([what, command]) => `  ${what.padEnd(18)}${command}`)
  .join("\n")}

Ctrl-C ends all of it. A node that was started again ends with the others.
`;
}

/** What can be moved: shards go to other nodes, or other lanes, where there are any. What is tried is undone, too. */
function moves(
  first: OpenNode,
  second: OpenNode | undefined,
  { lanes, places }: Pick<OpenCluster, "lanes" | "places">,
  data: string,
): Readonly<Record<string, string>> {
  if (second === undefined && lanes === 1) return {};
  const to = second?.process.name ?? `${first.process.name}/lane-1`;
  const isThere = (place: LanePlace | null): boolean =>
    second === undefined ? place?.lane === 1 : place?.node === to;
  const elsewhere = places.findIndex((place) => place !== null && !isThere(place));
  const shard = elsewhere === -1 ? SHARD_UNLESS_KNOWN : elsewhere;
  const pinned = {
    "move one": `npm run stampede -- shards move ${shard} --to ${to} --wait ${data}`,
    "unpin it": `npm run stampede -- shards unpin ${shard} ${data}`,
  };
  if (second === undefined) return pinned;
  return {
    ...pinned,
    "empty a node": `npm run stampede -- nodes drain ${to} --wait ${data}`,
    "use it again": `npm run stampede -- nodes undrain ${to} ${data}`,
  };
}

function placeOf({ process: { name, pid }, shop }: OpenNode): string {
  return `  ${name}  storefront ${storefrontUrlOf(shop)}  admin ${adminUrlOf(shop)}  process ${pid}`;
}

/** The shorter way to write a path. */
function near(path: string): string {
  const here = relative(process.cwd(), path);
  return here.startsWith("..") ? path : here;
}
