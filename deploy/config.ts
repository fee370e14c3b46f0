import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { isPlainText } from "../gateway/protocol/bounds.ts";
import { describeServer } from "../persistence/postgres/connection-fault.ts";
import { readClusterConfig, type ClusterConfig, type ClusterOptions } from "./cluster-config.ts";

/** Everything that can be set about a running shop. Options of `stampede start` come first, then the environment. */
export interface Config {
  /** What the shop is called on its pages. */
  readonly name: string;
  /** Port of the storefront and the API; 0 takes a free one. */
  readonly port: number;
  /** Address to listen on. Loopback unless the shop is meant to be reached from elsewhere. */
  readonly host: string;
  /** Port of the admin listener (health, metrics, and what operators do); 0 takes a free one. */
  readonly adminPort: number;
  /** Address of the admin listener. Loopback unless probes and operators come from elsewhere. */
  readonly adminHost: string;
  /** Lets operators in, at least 32 characters; without one, which a shop that is alone may be, it is made and kept in the data directory. */
  readonly adminToken: string | undefined;
  /** Directory with the embedded database, the signing secret and the lock. */
  readonly dataDirectory: string;
  /** Postgres to use in place of the embedded one. */
  readonly databaseUrl: string | undefined;
  /** The cluster to join; a shop that is alone has none. */
  readonly cluster: ClusterConfig | undefined;
  /** Ends another shop that is open on that database, and goes on in its place. */
  readonly takeOver: boolean;
  /** Secret that signs sessions, at least 32 characters; without one it is made and kept in the data directory. */
  readonly secret: string | undefined;
  /** Worker threads that own shards. */
  readonly lanes: number;
  /** Worker threads that serve sockets. */
  readonly gateways: number;
  readonly logLevel: LogLevel;
  /** Web origins, beside the shop's own, whose pages may use the API. */
  readonly allowedOrigins: readonly string[];
  /** The shop is behind TLS: browsers carry the session's cookie over TLS only. */
  readonly secureCookies: boolean;
  /** Lists the demo catalogue when the shop has no products. */
  readonly demo: boolean;
  /** Empties the shop first. */
  readonly fresh: boolean;
}

/** How much is logged. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Number of shards of a new database. It never changes afterwards. */
export const SHARD_COUNT = 256;

/** The node's name in a shop that is alone: a cluster of one. */
export const NODE = "shop";

/** The tenant that this program serves. */
export const TENANT = "shop";

/** What a shop is called that has no name of its own. */
export const SHOP_NAME = "Stampede";

/** Where a shop has its data, unless told otherwise. */
export const DATA_DIRECTORY = ".stampede";

/** A setting that cannot be used; the message names it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** What `stampede start` takes from its command line; all texts, as typed. */
export interface StartOptions extends ClusterOptions {
  readonly name?: string;
  readonly port?: string;
  readonly host?: string;
  readonly adminPort?: string;
  readonly adminHost?: string;
  readonly data?: string;
  readonly lanes?: string;
  readonly gateways?: string;
  readonly logLevel?: string;
  readonly allowOrigin?: readonly string[];
  readonly secureCookies?: boolean;
  readonly demo?: boolean;
  readonly fresh?: boolean;
  readonly takeOver?: boolean;
}

const NAME_LENGTH_MAX = 60;
const THREADS_MAX = 64;
const SECRET_LENGTH_MIN = 32;
/** What an Authorization header can carry. */
const TOKEN = /^[A-Za-z0-9._~+/=-]{32,1024}$/;

/**
 * Reads the configuration, once.
 * @throws {ConfigError} naming the option or variable that cannot be used.
 */
export function readConfig(
  options: StartOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Config {
  const databaseUrl = environment["DATABASE_URL"];
  if (databaseUrl !== undefined && options.fresh === true) {
    throw new ConfigError("--fresh empties the embedded database only; DATABASE_URL is set");
  }
  if (databaseUrl !== undefined) checkDatabaseUrl(databaseUrl);
  if (databaseUrl === undefined && options.takeOver === true) {
    throw new ConfigError(
      "--take-over takes the database of DATABASE_URL over, which is not set; stop the shop of an embedded one instead",
    );
  }
  const cluster = configured(() => readClusterConfig(options, environment));
  if (cluster !== undefined && options.takeOver === true) {
    throw new ConfigError("--take-over is for a shop that is alone; NATS_URL is set");
  }
  const secret = environment["STAMPEDE_SECRET"];
  if (secret !== undefined && secret.length < SECRET_LENGTH_MIN) {
    throw new ConfigError(`STAMPEDE_SECRET must have at least ${SECRET_LENGTH_MIN} characters`);
  }
  const adminToken = environment["STAMPEDE_ADMIN_TOKEN"];
  if (adminToken !== undefined) checkAdminToken("STAMPEDE_ADMIN_TOKEN", adminToken);
  return {
    name: shopName(options.name, environment["STAMPEDE_NAME"]),
    port: wholeNumber("--port", options.port, 7070, 0, 65_535),
    host: given("--host", options.host, "127.0.0.1"),
    adminPort: wholeNumber("--admin-port", options.adminPort, 7071, 0, 65_535),
    adminHost: given("--admin-host", options.adminHost, "127.0.0.1"),
    adminToken,
    dataDirectory: resolve(given("--data", options.data, DATA_DIRECTORY)),
    databaseUrl,
    cluster,
    secret,
    lanes: wholeNumber("--lanes", options.lanes, defaultLanes(), 1, THREADS_MAX),
    gateways: wholeNumber("--gateways", options.gateways, 1, 1, THREADS_MAX),
    logLevel: logLevel(options.logLevel ?? "info"),
    allowedOrigins: (options.allowOrigin ?? []).map(origin),
    secureCookies: options.secureCookies ?? false,
    demo: options.demo ?? true,
    fresh: options.fresh ?? false,
    takeOver: options.takeOver ?? false,
  };
}

/** What is read from a setting by others, who name it when it cannot be used. @throws {ConfigError} */
function configured<Setting>(read: () => Setting): Setting {
  try {
    return read();
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Half of the processors; the other half is for gateways and the database. */
function defaultLanes(): number {
  return Math.min(Math.max(Math.floor(availableParallelism() / 2), 1), 8);
}

/** @throws {ConfigError} that names where a token is from that cannot let operators in. */
export function checkAdminToken(from: string, token: string): void {
  if (TOKEN.test(token)) return;
  throw new ConfigError(
    `${from} must have at least 32 characters, of which each is a letter, a digit or one of ._~+/=-`,
  );
}

/** @throws {ConfigError} when DATABASE_URL is nothing that can be connected to. */
export function checkDatabaseUrl(url: string): void {
  configured(() => describeServer(url));
}

/** Reads an option, as typed. @throws {ConfigError} that names it. */
export function wholeNumber(
  name: string,
  text: string | undefined,
  fallback: number,
  min: number,
  max: number,
): number {
  if (text === undefined) return fallback;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    throw new ConfigError(
      `${name} must be a whole number from ${min} to ${max}; it is ${JSON.stringify(text)}`,
    );
  }
  return value;
}

/**
 * A text that is not empty, as a variable is that a script has not set: as a host that would be every address, as a directory this one.
 * @throws {ConfigError} that names the option.
 */
export function given(name: string, text: string | undefined, fallback: string): string {
  if (text === undefined) return fallback;
  if (text.trim() === "") throw new ConfigError(`${name} is empty`);
  return text;
}

/** The name by which shoppers know the shop: one line. */
function shopName(option: string | undefined, variable: string | undefined): string {
  const setting = option === undefined ? "STAMPEDE_NAME" : "--name";
  const name = given(setting, option ?? variable, SHOP_NAME).trim();
  if (name.length > NAME_LENGTH_MAX || !isPlainText(name) || /\s(?<! )/.test(name)) {
    throw new ConfigError(
      `${setting} must be one line of at most ${NAME_LENGTH_MAX} characters; it is ${JSON.stringify(name)}`,
    );
  }
  return name;
}

function logLevel(text: string): LogLevel {
  if (text === "debug" || text === "info" || text === "warn" || text === "error") return text;
  throw new ConfigError(`--log-level must be debug, info, warn or error; it is ${JSON.stringify(text)}`);
}

function origin(text: string): string {
  if (URL.canParse(text) && new URL(text).origin === text) return text;
  throw new ConfigError(
    `--allow-origin must be an origin such as https://shop.example; it is ${JSON.stringify(text)}`,
  );
}
