/** What a shop full of abandoned carts came to. Memory is null where the system does not tell. */
export interface CartsReport {
  readonly runId: string;
  /** Carts that were acknowledged. */
  readonly carts: number;
  readonly skus: number;
  readonly seconds: number;
  readonly cartsPerSecond: number;
  readonly residentBytesBefore: number | null;
  readonly residentBytes: number | null;
  /** The most that the shop's process has ever had. */
  readonly peakBytes: number | null;
  /** Actors in the memory of all lanes afterwards. */
  readonly activatedActors: number;
  readonly checkpoints: number;
  readonly checkpointsPerSecond: number;
}

/** The report for people, in lines. */
export function cartsText(report: CartsReport): string {
  const { carts, skus, seconds, cartsPerSecond, activatedActors, checkpoints } = report;
  const products = skus === 1 ? "one product" : `${number(skus)} products`;
  const megabytes = [report.residentBytesBefore, report.residentBytes, report.peakBytes].map(memory);
  return [
    `${number(carts)} carts abandoned   (${products}, ${seconds.toFixed(1)} s, ${number(cartsPerSecond)} carts/s)`,
    "",
    `resident memory   ${megabytes[0]} before, ${megabytes[1]} after, ${megabytes[2]} at most`,
    `activated actors  ${number(activatedActors)}`,
    `checkpoints       ${number(checkpoints)}, ${number(report.checkpointsPerSecond)} per second`,
  ].join("\n");
}

function memory(bytes: number | null): string {
  return bytes === null ? "unknown" : `${number(bytes / 1e6)} MB`;
}

function number(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
