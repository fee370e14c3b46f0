/**
 * Names what one replay makes. Carts and customers carry the run, so that a file can be played again and each run is
 * reconciled by itself.
 */
export class RunIds {
  readonly run: string;

  /** @throws RangeError when `run` cannot be part of an id. */
  constructor(run: string) {
    if (!RUN_PATTERN.test(run))
      throw new RangeError(`a run is named by 1 to 20 lower-case letters and digits, not ${run}`);
    this.run = run;
  }

  /** The start of all ids of this run. No id of another run starts like this, since a run has no hyphen. */
  get prefix(): string {
    return `r-${this.run}-`;
  }

  /** A customer of the file as the shop knows it, and the id of its cart. */
  customer(fileCustomer: string): string {
    return `${this.prefix}${fileCustomer}`;
  }
}

const RUN_PATTERN = /^[a-z0-9]{1,20}$/;

/** A new name for a run: the time, then chance, so that names sort by time and two never meet. */
export function newRun(nowMs: number, chance: () => number = Math.random): string {
  const suffix = Math.floor(chance() * 36 ** 4)
    .toString(36)
    .padStart(4, "0");
  return `${nowMs.toString(36)}${suffix}`;
}
