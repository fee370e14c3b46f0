import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

/**
 * The options of the program that runs. Ends it for `--help`, with exit code 0 after `usage`, and for an option that it does not
 * have, with exit code 2 after one sentence.
 */
export function readOptions<const Options extends ParseArgsOptionsConfig>(usage: string, options: Options) {
  const args = process.argv.slice(2);
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(usage);
    process.exit(0);
  }
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error));
  }
}

/** An option's value as a whole number. Ends the program with exit code 2 when it is none, or below `least`. */
export function wholeNumber(option: string, text: string, least = 1): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= least) return value;
  refuse(`${option} takes a whole number from ${least} on, not ${JSON.stringify(text)}`);
}

/** Ends the program with exit code 2, after one sentence on what is wrong with its options. */
export function refuse(why: string): never {
  process.stderr.write(`${why} (--help lists the options)\n`);
  process.exit(2);
}
