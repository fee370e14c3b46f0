import { createHash } from "node:crypto";
import { arch, cpus, platform, release, totalmem } from "node:os";

/** What a figure depends on beside the program. Runs of different machines are not compared. */
export interface Machine {
  /** The same for the same processor, number of cores, memory and runtime. */
  readonly id: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly bun: string;
}

/** Describes the machine that this process runs on. */
export function thisMachine(): Machine {
  const found = cpus();
  const described = {
    processor: found[0]?.model ?? "unknown",
    cores: found.length,
    memoryBytes: totalmem(),
    system: `${platform()} ${release()} ${arch()}`,
    bun: Bun.version,
  };
  const id = createHash("sha256").update(JSON.stringify(described)).digest("hex").slice(0, 16);
  return { id, ...described };
}
