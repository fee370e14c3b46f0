import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { checkAdminToken, ConfigError, DATA_DIRECTORY } from "../../config.ts";
import { ADMIN_TOKEN_FILE, DataDirectory } from "../../shop/data-directory.ts";
import { adminUrlOf } from "../../shop/listening.ts";
import { openShops } from "../open-shops.ts";

/** What every command takes that asks a cluster. */
export interface AdminOptions {
  readonly data: string;
  readonly adminUrl?: string;
  readonly json?: boolean;
}

/** Where a node's admin API is, and what lets us in. */
export interface AdminAccess {
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string;
}

const UNKNOWN_USER = "somebody";

/** What belongs below the help of every such command. */
export const ACCESS_HELP = `
Asks the node that is open on --data, or the first of the cluster below it; or, with STAMPEDE_ADMIN_TOKEN, the one at --admin-url. Any node of a cluster will do.`;

/** Adds the options of {@link AdminOptions} to a command. */
export function addAdminOptions(command: Command): Command {
  return command
    .option(
      "--data <directory>",
      "directory of a node, or a cluster, that is open on this machine",
      DATA_DIRECTORY,
    )
    .option("--admin-url <url>", "admin listener of a node elsewhere, such as http://node-a:7071")
    .option("--json", "print the result as JSON");
}

/**
 * Finds a node and the token that it wants.
 * @throws {ConfigError} that names what is missing.
 */
export function adminAccess({ data, adminUrl }: AdminOptions): AdminAccess {
  const given = process.env["STAMPEDE_ADMIN_TOKEN"];
  if (given !== undefined) checkAdminToken("STAMPEDE_ADMIN_TOKEN", given);
  if (adminUrl !== undefined) {
    const url = parseUrl(adminUrl);
    // The token of this machine's own shop is not shown to others.
    if (given === undefined)
      throw new ConfigError("--admin-url needs the admin token of that cluster as STAMPEDE_ADMIN_TOKEN");
    return { url, token: given };
  }
  const path = resolve(data);
  const [open] = openShops(path);
  if (open === undefined) throw notOpen(path);
  return { url: adminUrlOf(open.shop), token: given ?? keptToken(open.home) };
}

/** Who asks, unless somebody else is named: the user of this machine, as `program` tells it where there is one. */
export function whoAsks(program = "id"): string {
  // The variables that name the user are not set everywhere, and anybody may set them.
  return `${userOf(program)}@${hostname()}`;
}

function userOf(program: string): string {
  try {
    const { success, stdout } = Bun.spawnSync([program, "-un"]);
    return success ? stdout.toString().trim() : UNKNOWN_USER;
  } catch {
    return UNKNOWN_USER;
  }
}

/** The options that name the same node again, with a blank in front; empty when none is needed. */
export function accessText({ data, adminUrl }: Pick<AdminOptions, "data" | "adminUrl">): string {
  if (adminUrl !== undefined) return ` --admin-url ${adminUrl}`;
  return data === DATA_DIRECTORY ? "" : ` --data ${data}`;
}

function notOpen(path: string): ConfigError {
  const starting = DataDirectory.holder(path);
  const token = join(path, ADMIN_TOKEN_FILE);
  // A node of a cluster was given its token.
  const withToken = existsSync(token) ? `, and the token that is in ${token} as STAMPEDE_ADMIN_TOKEN` : "";
  return new ConfigError(
    starting === undefined
      ? `--data: no shop is open on ${path}; start one with npm start or npm run cluster, name its directory, or a node with --admin-url`
      : `--data: the shop on ${path} (process ${starting}) is starting, and not open yet: its log and its /readyz say what it waits for; it can be asked with --admin-url${withToken}`,
  );
}

function parseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && isPlain(url)) return url.origin;
  throw new ConfigError(
    `--admin-url must be an address such as http://node-a:7071; it is ${JSON.stringify(text)}`,
  );
}

function isPlain({ protocol, username, pathname, search, hash }: URL): boolean {
  const isHttp = protocol === "http:" || protocol === "https:";
  return isHttp && username === "" && pathname === "/" && search === "" && hash === "";
}

function keptToken(data: string): string {
  const file = join(data, ADMIN_TOKEN_FILE);
  let token: string;
  try {
    token = readFileSync(file, "utf8").trim();
  } catch {
    throw new ConfigError(
      `${file} cannot be read: the shop was started with STAMPEDE_ADMIN_TOKEN, or by somebody else; set it here, too`,
    );
  }
  checkAdminToken(file, token);
  return token;
}
