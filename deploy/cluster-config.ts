import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { isNodeName } from "../engine/routing/lane-place.ts";
import { parseNatsUrl, type NatsOptions } from "../engine/transport/nats/nats-options.ts";

/** How a node joins a cluster. */
export interface ClusterConfig {
  /** Name of the node within its cluster. */
  readonly node: string;
  /** Name of the cluster: the first words of its topics. */
  readonly cluster: string;
  readonly nats: NatsOptions;
}

/** What of the command line is about the cluster; all texts, as typed. */
export interface ClusterOptions {
  readonly node?: string;
  readonly cluster?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const CLUSTER_DEFAULT = "stampede";
const NAME_RULE = "1–63 lower-case letters, digits and hyphens, with no hyphen in front";

/**
 * Reads how to join a cluster; undefined for a shop that is alone.
 * @throws Error that names the option or variable that cannot be used.
 */
export function readClusterConfig(
  options: ClusterOptions,
  environment: Environment,
): ClusterConfig | undefined {
  const natsUrl = environment["NATS_URL"];
  if (natsUrl === undefined) {
    for (const option of ["node", "cluster"] as const) {
      if (options[option] === undefined) continue;
      throw new Error(`--${option} is for a node of a cluster: set NATS_URL, which its nodes share`);
    }
    return undefined;
  }
  if (natsUrl.trim() === "")
    throw new Error("NATS_URL is empty: unset it for a shop that is alone, or name the NATS of the cluster");
  for (const shared of ["DATABASE_URL", "STAMPEDE_SECRET", "STAMPEDE_ADMIN_TOKEN"]) {
    if (environment[shared] !== undefined) continue;
    throw new Error(`NATS_URL makes this a node of a cluster, whose nodes share ${shared}: set it, too`);
  }
  return {
    node: name("--node", options.node ?? nodeNameOf(hostname())),
    cluster: name("--cluster", options.cluster ?? CLUSTER_DEFAULT),
    nats: natsOptions(natsUrl, environment),
  };
}

/** The name of a node on the machine of that name. */
export function nodeNameOf(host: string): string {
  const [first = ""] = host.toLowerCase().split(".");
  const allowed = first.replaceAll(/[^a-z0-9-]/g, "-").replace(/^-+/, "");
  return allowed === "" ? "node" : allowed.slice(0, 63);
}

/** NATS_USER and NATS_PASSWORD take the place of what NATS_URL says. */
function natsOptions(url: string, environment: Environment): NatsOptions {
  const { NATS_USER, NATS_PASSWORD, NATS_CREDS, NATS_CA } = environment;
  const told = parseNatsUrl(url);
  if (NATS_USER !== undefined && NATS_PASSWORD === undefined)
    throw new Error("NATS_USER is set without NATS_PASSWORD: set both");
  if (NATS_PASSWORD !== undefined && NATS_USER === undefined && told.user === undefined)
    throw new Error("NATS_PASSWORD is set, and neither NATS_USER nor NATS_URL names a user");
  return {
    ...told,
    ...(NATS_USER === undefined ? {} : { user: NATS_USER }),
    ...(NATS_PASSWORD === undefined ? {} : { password: NATS_PASSWORD }),
    ...(NATS_CREDS === undefined ? {} : { credentialsFile: readable("NATS_CREDS", NATS_CREDS) }),
    ...(NATS_CA === undefined ? {} : { authorityFile: readable("NATS_CA", NATS_CA) }),
  };
}

/** Told at the start: a node that waits for NATS would wait for ever. */
function readable(setting: string, file: string): string {
  try {
    readFileSync(file);
    return file;
  } catch (error) {
    throw new Error(`${setting} names a file that cannot be read: ${file}`, { cause: error });
  }
}

function name(option: string, text: string): string {
  if (isNodeName(text)) return text;
  throw new Error(`${option} has ${NAME_RULE}; it is ${JSON.stringify(text)}`);
}
