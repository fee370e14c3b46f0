import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { describeServer } from "../../persistence/postgres/connection-fault.ts";
import { ConfigError, DATA_DIRECTORY } from "../config.ts";
import { openShops } from "./open-shops.ts";
import { isSameServer } from "./same-server.ts";

/** Adds `--data` to a command that reads the database of a shop. Refuses a directory beside which DATABASE_URL names another database. */
export function addDataOption(command: Command, description = "directory of the shop's data"): Command {
  // Only a directory that was typed is parsed: the default steps back for DATABASE_URL.
  return command.option("--data <directory>", description, unambiguous, DATA_DIRECTORY);
}

/** Tells whether a shop keeps its embedded database in a data directory. */
export function hasEmbeddedDatabase(dataDirectory: string): boolean {
  return existsSync(join(dataDirectory, "postgres"));
}

function unambiguous(dataDirectory: string): string {
  const url = process.env["DATABASE_URL"];
  if (url === undefined || !hasEmbeddedDatabase(dataDirectory)) return dataDirectory;
  // Nobody has to choose where both name one: the nodes of `npm run cluster` have the database beside them.
  if (openShops(dataDirectory).some(({ shop }) => isSameServer(shop.databaseUrl, url))) return dataDirectory;
  throw new ConfigError(
    `--data ${resolve(dataDirectory)} holds a database of its own, and DATABASE_URL names the one at ${describeServer(url)}: unset DATABASE_URL, or leave out --data.`,
  );
}
