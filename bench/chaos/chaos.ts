import { EXIT_INTERRUPTED, interruptible } from "../interruption/interruption.ts";
import { parseChaosOptions, type ChaosOptions } from "./chaos-options.ts";
import { chaosText, faultReport, isClean, isKept, type FaultReport } from "./chaos-report.ts";
import { faults } from "./faults.ts";
import { runWithSmallDisk } from "./mount-namespace.ts";
import { SMALL_DISK_MEGABYTES, takesNamespace } from "./small-disk.ts";
import { runFault, type CycleResult } from "./run-fault.ts";

const EXIT_BROKEN = 1;
const EXIT_USAGE = 2;

const USAGE = `npm run chaos -- [--cycles N] [--fault NAME]... [--seconds-per-cycle S] [--json]

Breaks real processes under a crowd that buys, and checks after each time that nothing was lost or oversold. Each fault
has a shop, a Postgres and a crowd of its own, on loopback and in temporary directories; all of it is gone afterwards.

  --cycles N              how often each fault strikes, 1 to 1000 (default: 3)
  --fault NAME            only this one; may be given again
  --seconds-per-cycle S   how long the crowd shops per cycle beside the fault, 1 to 60 (default: 3)
  --json                  print the result as JSON

Faults:
${faults.map(({ name, sentence }) => `  ${name.padEnd(20)}${sentence}`).join("\n")}

Ends with 0 when every promise held, with 1 when one was broken or a fault could not be done, with 2 for wrong use, and with
130 when Ctrl-C ended it early.
`;

const parsed = parseChaosOptions(process.argv.slice(2), faults);
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
      parsed.options.faults.some(({ world }) => world.smallDisk) && takesNamespace()
        ? await runWithSmallDisk(SMALL_DISK_MEGABYTES, process.argv.slice(2))
        : await interruptible((signal) => run(parsed.options, signal));
}

/** Runs all faults one after the other. Returns how the process ends: 0 when every promise held. */
async function run(options: ChaosOptions, signal: AbortSignal): Promise<number> {
  for (const { name, obstacle } of options.left) tell(`${name} is left out: ${obstacle}`);
  const reports: FaultReport[] = [];
  const { cycles, secondsPerCycle } = options;
  for (const fault of options.faults) {
    const results: CycleResult[] = [];
    let failure: string | undefined;
    tell(`${fault.name}: ${fault.sentence}`);
    try {
      const cycleEnded = (result: CycleResult): void => {
        results.push(result);
        tell(cycleText(fault.name, result, cycles));
      };
      await runFault(fault, { cycles, secondsPerCycle, signal, cycleEnded });
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
    reports.push(faultReport(fault.name, results, failure));
    if (signal.aborted) break;
  }
  process.stdout.write(`${options.json ? JSON.stringify(reports) : chaosText(reports)}\n`);
  if (isClean(reports)) return 0;
  return signal.aborted && reports.every(isKept) ? EXIT_INTERRUPTED : EXIT_BROKEN;
}

function cycleText(
  name: string,
  { cycle, toServeMs, acknowledged, problems }: CycleResult,
  cycles: number,
): string {
  const verdict = problems.length === 0 ? "all kept" : `${problems.length} PROBLEMS: ${problems[0]}`;
  return `${name} ${cycle} of ${cycles}: served again after ${toServeMs} ms, ${acknowledged} acknowledged, ${verdict}`;
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
