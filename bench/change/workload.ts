/** A piece of the shop's work that needs this process alone: no database, no socket, no other thread. */
export interface Workload {
  readonly name: string;
  /** What the work is counted in. */
  readonly unit: string;
  /** Does the work once. */
  run(): Work | Promise<Work>;
}

/** What one run of a workload has done. */
export interface Work {
  readonly units: number;
  /** Quantities per unit that do not depend on the machine, by name. */
  readonly quantities: Readonly<Record<string, number>>;
}

/** What a workload takes on this machine. */
export interface WorkloadFigures {
  readonly name: string;
  readonly unit: string;
  /** Processor time of the whole process per unit, microseconds: of the fastest round. */
  readonly cpuMicrosPerUnit: number;
  readonly quantities: Readonly<Record<string, number>>;
}

// Enough for the compilers to be done with what matters.
const WARM_UP_ROUNDS = 5;
const ROUNDS = 8;

/** Measures a workload in rounds. The fastest one counts: whatever else the machine does only makes a round slower. */
export async function measureWorkload(workload: Workload): Promise<WorkloadFigures> {
  let cpuMicrosPerUnit = Number.POSITIVE_INFINITY;
  let quantities: Work["quantities"] = {};
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    const work = await workload.run();
    const { user, system } = process.cpuUsage(before);
    if (round >= 0) cpuMicrosPerUnit = Math.min(cpuMicrosPerUnit, (user + system) / work.units);
    quantities = work.quantities;
  }
  const { name, unit } = workload;
  return { name, unit, cpuMicrosPerUnit, quantities };
}
