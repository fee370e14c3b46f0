import { join } from "node:path";
import { interruptingSignals } from "../../engine/programs/interrupting-signals.ts";
import { readConfig, type Config, type StartOptions } from "../config.ts";
import { CONSOLE_PATH } from "../console-assets.ts";
import { createLog } from "../logging/log.ts";
import { ADMIN_TOKEN_FILE } from "./data-directory.ts";
import { adminUrlOf, storefrontUrlOf } from "./listening.ts";
import { Shop } from "./shop.ts";
import { Superseded, SUPERSEDED_EXIT_CODE } from "./superseded.ts";

// Ends the process when a clean end takes longer: whatever was acknowledged is durable all the same.
const STOP_MS_MAX = 4_500;
// How long a node of a cluster may take to give its shards to others, as long as it goes on: with all else it has ended before whoever
// told it to loses patience, which most do after 30 s.
const LEAVE_MS_MAX = 18_000;
// Clients are sent away first, and what is left is let go of last.
const HAND_OVER_MS_MAX = LEAVE_MS_MAX + 3_000;

/** How long a node of a cluster takes to end, at most, ms. */
export const NODE_END_MS_MAX = STOP_MS_MAX + HAND_OVER_MS_MAX;

/**
 * Runs a shop in this process until it is told to end (SIGINT, SIGTERM, SIGHUP) or fails, and ends the process.
 * @throws when the shop could not open; everything that was started has ended by then.
 */
export async function runShop(options: StartOptions): Promise<void> {
  const startedAtMs = performance.now();
  const config = readConfig(options, process.env);
  const log = createLog({ thread: "main", level: config.logLevel });
  const ended = Promise.withResolvers<Error | undefined>();
  let isEnding = false;
  for (const signal of interruptingSignals()) {
    // Once: npm passes a Ctrl-C on that the terminal has sent already.
    process.on(signal, () => {
      if (isEnding) return;
      isEnding = true;
      log.info({ signal }, "closing the shop");
      ended.resolve(undefined);
    });
  }
  const shop = new Shop(config, log, (error) => ended.resolve(error));
  let isOpen = false;
  let failure: Error | undefined;
  try {
    const opened = shop.open().then(() => {
      isOpen = true;
      const { port, adminPort } = shop.ports;
      const tookMs = Math.round(performance.now() - startedAtMs);
      log.info({ tookMs, lanes: config.lanes, gateways: config.gateways }, "open for orders");
      // In the words themselves: on a terminal the fields are grey, and this is what somebody waits for.
      log.info({}, `the shop is open at ${storefrontUrlOf({ host: config.host, port })}`);
      // A start without the name that an earlier one was given would go unseen.
      log.info({}, `its pages call it ${config.name}; --name or STAMPEDE_NAME says otherwise, at each start`);
      const adminUrl = adminUrlOf({ adminHost: config.adminHost, adminPort });
      log.info({}, `health and metrics are at ${adminUrl}`);
      log.info({}, `the console for operators is at ${adminUrl}${CONSOLE_PATH}; ${tokenPlace(config)}`);
    });
    // A failed thread or Ctrl-C ends a start that is still under way, too.
    failure = await Promise.race([ended.promise, opened.then(() => ended.promise)]);
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
  }
  if (failure instanceof Superseded) {
    log.warn({}, `${failure.message}; this one ends, and must not be started again beside it`);
    // At once: whatever it could still say or store may be out of date, and its database belongs to the other one.
    shop.abandon();
    process.exit(SUPERSEDED_EXIT_CODE);
  }
  if (failure !== undefined && isOpen) log.error({ err: failure }, "the shop ends because of a fault");
  const isHandedOver = failure === undefined && isOpen && config.cluster !== undefined;
  const force = setTimeout(
    () => {
      log.warn({}, "closing took too long; ending now");
      process.exit(1);
    },
    isHandedOver ? NODE_END_MS_MAX : STOP_MS_MAX,
  );
  if (isHandedOver) await shop.leave(LEAVE_MS_MAX);
  await shop.close();
  clearTimeout(force);
  if (failure !== undefined && !isOpen) throw failure;
  if (failure === undefined) log.info({}, "closed");
  process.exit(failure === undefined ? 0 : 1);
}

/** Where whoever opens the console finds what lets them in. The token itself is in no log. */
function tokenPlace({ adminToken, dataDirectory }: Pick<Config, "adminToken" | "dataDirectory">): string {
  if (adminToken !== undefined) return "STAMPEDE_ADMIN_TOKEN lets them in";
  return `the token in ${join(dataDirectory, ADMIN_TOKEN_FILE)} lets them in`;
}
