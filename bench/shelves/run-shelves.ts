/** The products of a run: as many as `skus` says. */
export function skusOf({
  runId,
  skus,
}: {
  readonly runId: string;
  readonly skus: number;
}): readonly string[] {
  return Array.from({ length: skus }, (_, index) => `bench-${runId}-${index + 1}`);
}

/** What stays of a run that is given up before its first order, for whoever gave it up. */
export function shelvesLeft(runId: string): string {
  return `the products that it has listed (bench-${runId}-…) stay in the catalogue`;
}
