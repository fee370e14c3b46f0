import { cartsText } from "../../bench/carts/carts-report.ts";
import { cartsPlan } from "../../bench/carts/plan.ts";
import { runCarts } from "../../bench/carts/run-carts.ts";
import { interruptible } from "../../bench/interruption/interruption.ts";
import type { StampedeClient } from "../../gateway/client/client.ts";
import { ConfigError } from "../config.ts";
import type { CartsOptions } from "./bench.ts";
import { anotherOperatorClient, operatorClient } from "./options.ts";
import { progress } from "./progress.ts";
import { readRunningShop } from "./running-shop.ts";

// A shop that is busy is waited for rather than given up.
const PATIENCE = { attemptsMax: 200, patienceMs: 120_000 };

/**
 * Fills the running shop with carts and prints what they cost.
 * @throws {ConfigError} when no shop runs there; {Interrupted} when it was told to end before the first cart.
 */
export async function benchCarts(options: CartsOptions): Promise<void> {
  const running = readRunningShop(options.data);
  if (running === undefined) throw new ConfigError(`--data: no shop runs on ${options.data}`);
  const operators: StampedeClient[] = [];
  let shown = progress("carts", options.carts);
  const quiet = (seconds: number): void => {
    if (seconds === 0) {
      shown.finish();
      shown = progress("quiet seconds", options.quiet);
    }
    shown.update(seconds);
  };
  try {
    operators.push(await operatorClient(options, PATIENCE));
    while (operators.length < options.sockets) operators.push(await anotherOperatorClient(options, PATIENCE));
    const shop = {
      operators,
      pid: running.pid,
      metricsUrl: `http://127.0.0.1:${running.adminPort}/metrics`,
    };
    const plan = cartsPlan(options.carts, options.skus, Date.now(), options.quiet);
    const report = await interruptible((signal) =>
      runCarts(shop, plan, { signal, progress: (done) => shown.update(done), quiet }),
    );
    shown.finish();
    process.stdout.write(`${options.json === true ? JSON.stringify(report) : cartsText(report)}\n`);
  } finally {
    for (const operator of operators) operator.close();
  }
}
