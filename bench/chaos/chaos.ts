import { EXIT_INTERRUPTED, interruptible } from "../interruption/interruption.ts";
import { parseChaosOptions, type ChaosOptions } from "./chaos-options.ts";
import { chaosText, faultReport, isClean, isKept, type FaultReport } from "./chaos-report.ts";
import { clusterFaults } from "./cluster/cluster-faults.ts";
import { ClusterWorld } from "./cluster/cluster-world.ts";
import { keepEvidence, type Evidence } from "./evidence.ts";
import type { FaultName } from "./fault.ts";
import { faults } from "./faults.ts";
import { runWithSmallDisk } from "./mount-namespace.ts";
import { SMALL_DISK_MEGABYTES, takesNamespace } from "./small-disk.ts";
import { runCycles, runFault, type CycleResult, type RunOptions } from "./run-fault.ts";

const EXIT_BROKEN = 1;
const EXIT_USAGE = 2;
const EVIDENCE_DIRECTORY = ".stampede/chaos";

const USAGE = `npm run chaos -- [--nodes N] [--cycles N] [--fault NAME]... [--seconds-per-cycle S] [--json]

Breaks real processes under a crowd that buys, and checks after each time that nothing was lost or oversold. Each fault
has a shop, a Postgres and a crowd of its own, on loopback and in temporary directories; all of it is gone afterwards. Of a
run that broke something, the history, the logs and the verdict are kept in ${EVIDENCE_DIRECTORY}.

  --nodes N               break a cluster of that many nodes, 2 to 8, with a nats-server; else a shop that is alone
  --cycles N              how often each fault strikes, 1 to 1000 (default: 3)
  --fault NAME            only this one; may be given again
  --seconds-per-cycle S   how long the crowd shops per cycle beside the fault, 1 to 60 (default: 3)
  --json                  print the result as JSON

Faults of a shop that is alone; the time to serve again counts to the next order that is begun and acknowledged:
${listed(faults)}

Faults of a cluster; the time to serve again counts until all shards of the node that was struck answer commands:
${listed(clusterFaults)}

Ends with 0 when every promise held, with 1 when one was broken or a fault could not be done, with 2 for wrong use, and with
130 when Ctrl-C ended it early.
`;

const sentences = new Map([...faults, ...clusterFaults].map(({ name, sentence }) => [name, sentence]));

const parsed = parseChaosOptions(process.argv.slice(2), { alone: faults, cluster: clusterFaults });
switch (parsed.type) {
  case "help":
    process.stdout.write(USAGE);
    break;
  case "refused":
    process.stderr.write(`chaos: ${parsed.detail}\n(add --help for the options)\n`);
    process.exitCode = EXIT_USAGE;
    break;
  case "run":
    process.exitCode =
      faults.some(({ name, world }) => world.smallDisk && parsed.options.faults.includes(name)) &&
      takesNamespace()
        ? await runWithSmallDisk(SMALL_DISK_MEGABYTES, process.argv.slice(2))
        : await interruptible((signal) => run(parsed.options, signal));
}

/** Runs all faults one after the other. Returns how the process ends: 0 when every promise held. */
async function run(options: ChaosOptions, signal: AbortSignal): Promise<number> {
  for (const { name, obstacle } of options.left) tell(`${name} is left out: ${obstacle}`);
  const reports: FaultReport[] = [];
  const { cycles, secondsPerCycle } = options;
  for (const name of options.faults) {
    const results: CycleResult[] = [];
    let failure: string | undefined;
    let evidence: string | undefined;
    tell(`${name}: ${sentences.get(name)}`);
    try {
      const cycleEnded = (result: CycleResult): void => {
        results.push(result);
        tell(cycleText(name, result, cycles));
      };
      const broken = (found: Evidence): void => {
        try {
          evidence = keepEvidence(found, EVIDENCE_DIRECTORY);
        } catch (error) {
          // Why it was to be kept is worth more.
          tell(`what ${name} has left cannot be kept: ${String(error)}`);
        }
      };
      await runNamed(name, options.nodes, { cycles, secondsPerCycle, signal, cycleEnded, broken });
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
    reports.push(faultReport(name, results, { failure, evidence }));
    if (signal.aborted) break;
  }
  process.stdout.write(`${options.json ? JSON.stringify(reports) : chaosText(reports)}\n`);
  if (isClean(reports)) return 0;
  return signal.aborted && reports.every(isKept) ? EXIT_INTERRUPTED : EXIT_BROKEN;
}

async function runNamed(name: string, nodes: number | undefined, options: RunOptions): Promise<void> {
  if (nodes === undefined) {
    const fault = faults.find((candidate) => candidate.name === name);
    if (fault !== undefined) await runFault(fault, options);
    return;
  }
  const fault = clusterFaults.find((candidate) => candidate.name === name);
  if (fault !== undefined) await runCycles(fault, await ClusterWorld.open(nodes), options);
}

function listed(known: readonly FaultName[]): string {
  return known.map(({ name, sentence }) => `  ${name.padEnd(20)}${sentence}`).join("\n");
}

function cycleText(
  name: string,
  { cycle, toServeMs, acknowledged, problems }: CycleResult,
  cycles: number,
): string {
  const verdict = problems.length === 0 ? "all kept" : `${problems.length} PROBLEMS: ${problems[0]}`;
  const served = toServeMs === null ? "served all the time" : `served again after ${toServeMs} ms`;
  return `${name} ${cycle} of ${cycles}: ${served}, ${acknowledged} acknowledged, ${verdict}`;
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
