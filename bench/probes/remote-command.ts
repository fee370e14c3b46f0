/**
 * What a flash sale costs whose lanes are on another node than the crowd's gateway, in CPU time of all processes, against one
 * whose lanes are on the same node: two real nodes, a nats-server and Postgres on this machine, in turns.
 * Run: bun bench/probes/remote-command.ts --help
 */
import { PARTS } from "../remote/part-times.ts";
import type { RemoteReport } from "../remote/remote-report.ts";
import { runRemote } from "../remote/run-remote.ts";
import { readOptions, wholeNumber } from "./options.ts";
import { printTable } from "./table.ts";

const USAGE = `bun bench/probes/remote-command.ts [options]

What a flash sale costs in processor time whose lanes are on another node than the crowd's gateway, against one whose lanes are
on the same node.

  --sockets N   shoppers (default: 200)
  --rounds N    how often both are measured, in turns (default: 2)
  --seconds N   how long each time (default: 4)
  --json        print the result as JSON
`;
const WARM_UP_SECONDS = 1;

const values = readOptions(USAGE, {
  sockets: { type: "string", default: "200" },
  rounds: { type: "string", default: "2" },
  seconds: { type: "string", default: "4" },
  json: { type: "boolean", default: false },
});

const plan = {
  sockets: wholeNumber("--sockets", values.sockets),
  rounds: wholeNumber("--rounds", values.rounds),
  seconds: wholeNumber("--seconds", values.seconds),
  warmUpSeconds: WARM_UP_SECONDS,
};
const report = await runRemote(plan, ({ side, orders }) =>
  process.stderr.write(`${side}: ${orders} orders\n`),
);
if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
else print(report);
// The Postgres server lasts as long as this process.
process.exit(0);

function print({ local, remote, ratio, ratioLeast, ratioMost, ratioWithoutGenerator }: RemoteReport): void {
  const rows = PARTS.map((part): (string | number)[] => {
    const [here, there] = [local, remote].map((side) => side.cpuMicrosPerOrderByPart[part]) as [
      number,
      number,
    ];
    return [part, here, there, there - here];
  });
  const all = [local.cpuMicrosPerOrder, remote.cpuMicrosPerOrder] as const;
  printTable(
    ["CPU per order (two commands)", "local lanes, µs", "remote lanes, µs", "more, µs"],
    [...rows, ["all", ...all, all[1] - all[0]]],
  );
  for (const [name, side] of Object.entries({ local, remote })) {
    const { ordersPerSecond, p50Ms, p99Ms } = side;
    process.stdout.write(`${name}: ${ordersPerSecond} orders/s, p50 ${p50Ms} ms, p99 ${p99Ms} ms\n`);
  }
  process.stdout.write(
    `remote by local: ${ratio} (pairs of rounds ${ratioLeast}–${ratioMost}); without the generator ${ratioWithoutGenerator}\n`,
  );
}
