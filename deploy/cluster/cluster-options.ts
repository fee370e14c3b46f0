import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ConfigError, given, wholeNumber } from "../config.ts";

/** A cluster on this machine, as somebody wants it. */
export interface LocalClusterOptions {
  readonly nodes: number;
  /** Lanes and gateway threads of each node. */
  readonly lanes: number;
  readonly gateways: number;
  /** Port of the first storefront; its admin listener is at the next one, and so on. 0 takes free ones. */
  readonly port: number;
  /** Directory of all data of the cluster. */
  readonly dataDirectory: string;
  /** Begins with an empty shop. */
  readonly fresh: boolean;
  readonly help: boolean;
}

/** What `npm run cluster -- --help` says. */
export const CLUSTER_HELP = `npm run cluster -- [options]

Starts a cluster on this machine: Postgres, nats-server and several nodes, until Ctrl-C.

  --nodes <number>      nodes, 1 to 9 (default: 3)
  --lanes <number>      worker threads of each node that own shards (default: 1)
  --gateways <number>   worker threads of each node that serve sockets (default: 1)
  --port <number>       port of the first storefront; each listener takes the next one; 0 takes free ones (default: 7070)
  --data <directory>    directory of the cluster's data (default: .stampede/cluster)
  --fresh               begin with an empty shop
`;

/**
 * Reads the command line.
 * @throws {ConfigError} naming the option that cannot be used.
 */
export function readClusterOptions(args: readonly string[]): LocalClusterOptions {
  const values = parse(args);
  return {
    nodes: wholeNumber("--nodes", values.nodes, 3, 1, 9),
    lanes: wholeNumber("--lanes", values.lanes, 1, 1, 16),
    gateways: wholeNumber("--gateways", values.gateways, 1, 1, 16),
    port: wholeNumber("--port", values.port, 7070, 0, 65_000),
    dataDirectory: resolve(given("--data", values.data, ".stampede/cluster")),
    fresh: values.fresh ?? false,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        nodes: { type: "string" },
        lanes: { type: "string" },
        gateways: { type: "string" },
        port: { type: "string" },
        data: { type: "string" },
        fresh: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    return values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`${reason} (--help lists the options)`, { cause: error });
  }
}
