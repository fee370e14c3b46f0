import { countText } from "../figures/figures-text.ts";
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
  /** After so many seconds in which nobody asked for anything. */
  readonly quietSeconds: number;
  readonly residentBytesQuiet: number | null;
  readonly activatedActorsQuiet: number;
  readonly checkpoints: number;
  readonly checkpointsPerSecond: number;
}

/** The report for people, in lines. */
export function cartsText(report: CartsReport): string {
  const { carts, skus, seconds, cartsPerSecond, checkpoints, quietSeconds } = report;
  const products = skus === 1 ? "one product" : `${countText(skus)} products`;
  const row = (name: string, bytes: number | null, actors?: number): string =>
    name.padEnd(28) +
    memory(bytes).padStart(10) +
    (actors === undefined ? "" : countText(actors).padStart(18));
  return [
    `${countText(carts)} carts abandoned   (${products}, ${seconds.toFixed(1)} s, ${countText(cartsPerSecond)} carts/s)`,
    "",
    "".padEnd(28) + "memory".padStart(10) + "activated actors".padStart(18),
    row("before", report.residentBytesBefore),
    row("after the last cart", report.residentBytes, report.activatedActors),
    row(`after ${quietSeconds} quiet seconds`, report.residentBytesQuiet, report.activatedActorsQuiet),
    row("at most", report.peakBytes),
    "",
    `${countText(checkpoints)} checkpoints, ${countText(report.checkpointsPerSecond)} per second`,
  ].join("\n");
}

function memory(bytes: number | null): string {
  return bytes === null ? "unknown" : `${countText(bytes / 1e6)} MB`;
}
