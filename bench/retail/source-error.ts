/** One thing that is wrong with a file. `line` counts from 1; left out when the file as a whole is wrong. */
export interface SourceFault {
  readonly line?: number;
  /** One sentence for people. */
  readonly detail: string;
}

/** Most faults that are shown; the others are counted. */
const FAULTS_SHOWN_MAX = 20;

/** A file that cannot be used. The message names the file, then each fault on a line of its own. */
export class SourceError extends Error {
  override readonly name = "SourceError";
  /** The first {@link FAULTS_SHOWN_MAX} faults. */
  readonly faults: readonly SourceFault[];
  /** All faults, those that are not shown included. */
  readonly faultCount: number;

  constructor(file: string, faults: readonly SourceFault[], faultCount = faults.length) {
    super(describe(file, faults, faultCount));
    this.faults = faults;
    this.faultCount = faultCount;
  }
}

/** Gathers the faults of one file, so that its author can mend them all at once. */
export class FaultList {
  readonly #file: string;
  readonly #shown: SourceFault[] = [];
  #count = 0;

  constructor(file: string) {
    this.#file = file;
  }

  add(line: number, detail: string): void {
    this.#count += 1;
    if (this.#shown.length < FAULTS_SHOWN_MAX) this.#shown.push({ line, detail });
  }

  /** @throws {SourceError} when there is a fault. */
  throwIfAny(): void {
    if (this.#count > 0) throw new SourceError(this.#file, this.#shown, this.#count);
  }
}

function describe(file: string, faults: readonly SourceFault[], faultCount: number): string {
  const [first] = faults;
  if (faultCount === 1 && first !== undefined) return `${file}: ${describeFault(first)}`;
  const lines = faults.map((fault) => `  ${describeFault(fault)}`);
  if (faultCount > faults.length) lines.push(`  … and ${faultCount - faults.length} more`);
  return [`${file}: ${faultCount} faults`, ...lines].join("\n");
}

function describeFault({ line, detail }: SourceFault): string {
  return line === undefined ? detail : `line ${line}: ${detail}`;
}
