import { interruptingSignals } from "../../engine/programs/interrupting-signals.ts";
import { consoleLog } from "../cli/console-log.ts";
import { standardOutput } from "../logging/standard-output.ts";
import { clusterGuide } from "./cluster-guide.ts";
import { CLUSTER_HELP, readClusterOptions, type LocalClusterOptions } from "./cluster-options.ts";
import { LocalCluster } from "./local-cluster.ts";

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

process.exit(await main(process.argv.slice(2)));

/** Returns the exit code: 0 ended by a signal, 1 failed, 2 wrong use. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readClusterOptions(args);
    if (!options.help) return await run(options);
    process.stdout.write(CLUSTER_HELP);
    return 0;
  } catch (error) {
    process.stderr.write(`cluster: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof Error && error.name === "ConfigError" ? EXIT_USAGE : EXIT_FAILED;
  }
}

/** Runs a cluster until it is told to end. */
async function run(options: LocalClusterOptions): Promise<number> {
  const told = Promise.withResolvers<void>();
  // A second Ctrl-C changes nothing: everything is ending.
  for (const signal of interruptingSignals()) process.on(signal, () => told.resolve());
  // Whoever reads it may be gone before the last node has ended.
  const say = (line: string): void => standardOutput.write(`${line}\n`);
  const cluster = new LocalCluster(options, consoleLog, say);
  try {
    const opening = cluster.open();
    const nodes = await Promise.race([opening, told.promise, cluster.lost]);
    const [first, ...others] = nodes ?? [];
    if (nodes !== undefined && nodes.length < options.nodes) {
      say("\nNot all nodes have opened; their last lines say why.");
      return EXIT_FAILED;
    }
    if (first !== undefined) {
      const { natsUrl, environmentFile, tokenFile } = cluster;
      const places = await cluster.placesAt(first);
      say(
        clusterGuide({
          ...options,
          nodes: [first, ...others],
          places,
          natsUrl,
          environmentFile,
          tokenFile,
        }),
      );
    }
    return await Promise.race([told.promise.then(() => 0), cluster.lost.then(() => EXIT_FAILED)]);
  } finally {
    await cluster.close();
  }
}
