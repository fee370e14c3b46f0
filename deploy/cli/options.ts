import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { mintOperatorToken } from "../../gateway/auth/operator-token.ts";
import { StampedeClient } from "../../gateway/client/client.ts";
import type { ConnectOptions } from "../../gateway/client/options.ts";
import { ConfigError, TENANT } from "../config.ts";
import { addDataOption } from "./data-option.ts";
import { storefrontUrlOf } from "../shop/listening.ts";
import { openShops } from "./open-shops.ts";
import { refusesConnections } from "./refused-connection.ts";
import { isSameServer } from "./same-server.ts";
import { systemClock } from "../system-clock.ts";

/** What every command needs that works with a running shop. */
export interface ShopOptions {
  readonly url: string;
  readonly data: string;
  readonly json?: boolean;
}

type OperatorConnection = Omit<ConnectOptions, "url" | "token">;

const TOKEN_LIFE_MS = 60 * 60 * 1000;
const DEFAULT_URL = "http://localhost:7070";

/** Adds the options of {@link ShopOptions} to a command. */
export function addShopOptions(command: Command): Command {
  const withUrl = command
    .option(
      "--url <url>",
      `address of the running shop (default: the one open on --data, else ${DEFAULT_URL})`,
    )
    .hook("preAction", (invoked) => {
      const { url, data } = invoked.opts<{ readonly url?: string; readonly data: string }>();
      if (url === undefined) invoked.setOptionValueWithSource("url", usualUrl(data), "default");
    });
  return addDataOption(withUrl, "directory of the shop's data, for its secret and its database").option(
    "--json",
    "print the result as JSON",
  );
}

/**
 * Where the shop of a data directory listens: what is open there says so, if it has the database of DATABASE_URL, should that name
 * one; where the first shop of a machine listens otherwise.
 * @throws {ConfigError} when there may be one, and what it says cannot be read.
 */
function usualUrl(dataDirectory: string): string {
  const databaseUrl = process.env["DATABASE_URL"];
  const open = openShops(resolve(dataDirectory)).find(
    ({ shop }) => databaseUrl === undefined || isSameServer(shop.databaseUrl, databaseUrl),
  );
  return open === undefined ? DEFAULT_URL : storefrontUrlOf(open.shop);
}

/**
 * Connects to the shop as an operator, with a token that is made from the shop's secret and lasts an hour, or `lifeMs`. Where nothing
 * listens, and no shop of this machine is about to, nobody is waited for.
 * @throws {ConfigError} when there is no secret, or the address is none; an error that says what to start when no shop answers.
 */
export async function operatorClient(
  options: ShopOptions,
  connect: OperatorConnection = {},
  lifeMs = TOKEN_LIFE_MS,
): Promise<StampedeClient> {
  if (!URL.canParse(options.url))
    throw new ConfigError(`--url must be an address; it is ${JSON.stringify(options.url)}`);
  // Told first when it is missing: a shop would be of no use without it.
  signingSecret(options);
  if ((await refusesConnections(options.url)) && !isOpenHere(options))
    throw unreached(options, "nothing listens there");
  return anotherOperatorClient(options, connect, lifeMs);
}

/** The same for a shop that has answered before: it is waited for. */
export async function anotherOperatorClient(
  options: ShopOptions,
  connect: OperatorConnection,
  lifeMs = TOKEN_LIFE_MS,
): Promise<StampedeClient> {
  const token = await mintOperatorToken(signingSecret(options), {
    tenant: TENANT,
    nowMs: systemClock.nowMs(),
    lifeMs,
  });
  try {
    return await StampedeClient.connect({ ...connect, url: options.url, token });
  } catch (error) {
    throw unreached(options, error instanceof Error ? error.message : String(error), error);
  }
}

function unreached(options: ShopOptions, reason: string, cause?: unknown): Error {
  return new Error(`no shop can be reached at ${options.url} (${reason}); ${advice(options)}`, { cause });
}

/** Whether a shop of this machine has said that it listens there: one that is starting again. */
function isOpenHere({ url, data }: ShopOptions): boolean {
  return openShops(resolve(data)).some(({ shop }) => isSameServer(storefrontUrlOf(shop), url));
}

/** What helps whoever has reached no shop: the one that is open on the directory may listen elsewhere. */
function advice({ url, data }: ShopOptions): string {
  const shop = openShops(resolve(data))[0]?.shop;
  if (shop === undefined) return "start one with: npm start";
  const here = storefrontUrlOf(shop);
  return isSameServer(here, url)
    ? `see the log of process ${shop.pid}`
    : `the shop of ${data} is at --url ${here}`;
}

/**
 * Makes sure that the shop that answers is the one whose database is read.
 * @throws {ConfigError} when they are two.
 */
export function checkSameShop(options: ShopOptions, answeringShopId: string, databaseShopId: string): void {
  if (answeringShopId === databaseShopId) return;
  const place = process.env["DATABASE_URL"] === undefined ? options.data : "DATABASE_URL";
  throw new ConfigError(`The shop at ${options.url} is not the one in ${place}`);
}

function signingSecret(options: ShopOptions): string {
  const given = process.env["STAMPEDE_SECRET"];
  if (given !== undefined) return given;
  const home = openShops(resolve(options.data))[0]?.home ?? options.data;
  const file = join(home, "secret");
  if (!existsSync(file)) {
    throw new ConfigError(
      `${file} is missing: give the shop's directory with --data, or its secret as STAMPEDE_SECRET`,
    );
  }
  return readFileSync(file, "utf8").trim();
}
