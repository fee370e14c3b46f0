import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { ADMIN_TOKEN_FILE, type RunningShop } from "../shop/data-directory.ts";
import { readRunningShop } from "./running-shop.ts";
import { isSameServer } from "./same-server.ts";

/** Where `npm run cluster` keeps its nodes, below the directory of a shop that is alone. */
export const CLUSTER_DIRECTORY = "cluster";

/** A shop, or a node of one, that is open on this machine. */
export interface OpenShop {
  readonly shop: RunningShop;
  /** The directory with its secret and its token, which it may share with the nodes beside it. */
  readonly home: string;
}

/**
 * What is open on a data directory: its own shop, or the nodes of a cluster below it, by name; none, if nothing is.
 * @throws {ConfigError} when there may be one, and what it says cannot be read.
 */
export function openShops(dataDirectory: string): readonly OpenShop[] {
  const own = readRunningShop(dataDirectory);
  if (own !== undefined) return [{ shop: own, home: homeOf(dataDirectory) }];
  const nodes = nodesBelow(dataDirectory);
  return nodes.length > 0 ? nodes : nodesBelow(join(dataDirectory, CLUSTER_DIRECTORY));
}

/** The processes on this machine, known at or beside a data directory, that have a database open: all nodes of a shop at best. */
export function openOn(databaseUrl: string, dataDirectory: string): readonly number[] {
  const own = readRunningShop(dataDirectory);
  const homes = [dataDirectory, join(dataDirectory, CLUSTER_DIRECTORY), dirname(dataDirectory)];
  const shops = [...(own === undefined ? [] : [own]), ...homes.flatMap(nodesBelow).map(({ shop }) => shop)];
  const pids = shops.filter((shop) => isSameServer(shop.databaseUrl, databaseUrl)).map(({ pid }) => pid);
  return [...new Set(pids)];
}

function nodesBelow(home: string): readonly OpenShop[] {
  if (!existsSync(home) || !statSync(home).isDirectory()) return [];
  const names = readdirSync(home, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return names
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => {
      const shop = readRunningShop(join(home, name));
      return shop === undefined ? [] : { shop, home };
    });
}

/** A node of a cluster has no token of its own. */
function homeOf(dataDirectory: string): string {
  const homes = [dataDirectory, dirname(dataDirectory)];
  return homes.find((home) => existsSync(join(home, ADMIN_TOKEN_FILE))) ?? dataDirectory;
}
