import { readFamily } from "../machine/cpu-time.ts";

/** Whose CPU time an order takes: the node whose gateway the crowd is at, the other one, the two servers, and the crowd. */
export const PARTS = ["gatewayNode", "otherNode", "nats", "postgres", "generator"] as const;

/** One of {@link PARTS}. */
export type Part = (typeof PARTS)[number];

/** CPU time by part, microseconds. */
export type PartTimes = Readonly<Record<Part, number>>;

/** The processes of all parts; the crowd is in this one. */
export type PartProcesses = Readonly<Record<Exclude<Part, "generator">, number>>;

/** How much CPU time each part has used since it was started. @throws when one of them is gone. */
export function readPartTimes(processes: PartProcesses): PartTimes {
  const { user, system } = process.cpuUsage();
  return {
    gatewayNode: timeOf(processes.gatewayNode),
    otherNode: timeOf(processes.otherNode),
    nats: timeOf(processes.nats),
    postgres: timeOf(processes.postgres),
    generator: user + system,
  };
}

/** Puts two readings together, part by part. */
export function combine(
  earlier: PartTimes,
  later: PartTimes,
  join: (earlier: number, later: number) => number,
): PartTimes {
  return {
    gatewayNode: join(earlier.gatewayNode, later.gatewayNode),
    otherNode: join(earlier.otherNode, later.otherNode),
    nats: join(earlier.nats, later.nats),
    postgres: join(earlier.postgres, later.postgres),
    generator: join(earlier.generator, later.generator),
  };
}

function timeOf(pid: number): number {
  const micros = readFamily(pid);
  if (micros === null) throw new Error(`there is no process ${pid} any more`);
  return micros;
}
