import { InvalidArgumentError, type Command } from "commander";
import { ConfigError } from "../config.ts";
import { addShopOptions, type ShopOptions } from "./options.ts";
import { wholeNumber } from "./whole-number.ts";

/** What `stampede bench run` takes. */
export interface RunOptions extends ShopOptions {
  readonly generators: number;
  readonly sockets?: number;
  readonly rateFactor: number;
  readonly secondsFactor: number;
  readonly seed?: number;
  readonly threshold: readonly string[];
  readonly retailFile?: string;
  readonly out?: string;
}

const FACTOR_MAX = 1_000;

/** Adds `stampede bench run`. */
export function registerRun(bench: Command): void {
  addShopOptions(
    bench
      .command("run")
      .description("Run a scenario against a running shop and write a report.")
      .argument("[scenario]", "name of a scenario (see --list), or path of a YAML file"),
  )
    .option("--list", "show the scenarios and what they do")
    .option("--generators <number>", "processes that the visitors come from", wholeNumber(1, 64), 1)
    .option(
      "--sockets <number>",
      "connections in place of the scenario's, over all generators",
      wholeNumber(1, 200_000),
    )
    .option("--rate-factor <factor>", "times as many arrivals", parseFactor, 1)
    .option("--seconds-factor <factor>", "times as long, in whole seconds per phase", parseFactor, 1)
    .option(
      "--seed <number>",
      "repeats the arrivals and choices of another run (default: any)",
      wholeNumber(0, 4_294_967_295),
    )
    .option(
      "--threshold <threshold>",
      "one more promise, such as 'order.p99Ms<=50' (repeatable)",
      collect,
      [],
    )
    .option(
      "--retail-file <file>",
      'the "Online Retail" CSV file, for scenarios that play a day of it (packed with gzip or not)',
    )
    .option(
      "--out <directory>",
      "where the report goes; holds none yet (default: bench/RUN in the shop's data)",
    )
    .addHelpText(
      "after",
      `
Lists products of its own (bench-…) in the shop. Latency counts from the time at which a visitor meant to come, so that a
shop that stands still cannot hide it. Writes result.json, timeline.csv, latency.hlog and report.html.
Ends with 0; with 99 when a threshold is broken; with 1 when an acknowledged order is not in the journal, something is
oversold, or the shop goes away during the run.
Ctrl-C ends the run early and reports what was measured, with 130.`,
    )
    .action(async (scenario: string | undefined, options: RunOptions & { readonly list?: boolean }) => {
      if (options.list === true) {
        const { listScenarios } = await import("./bench-scenarios.ts");
        return listScenarios(options);
      }
      if (scenario === undefined) throw new ConfigError("bench run needs a scenario; --list shows them");
      const { benchRun } = await import("./bench-run.ts");
      return benchRun(scenario, options);
    });
}

function parseFactor(text: string): number {
  const factor = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  if (factor > 0 && factor <= FACTOR_MAX) return factor;
  throw new InvalidArgumentError(`It must be a number greater than 0 and at most ${FACTOR_MAX}.`);
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}
