import { EXIT_INTERRUPTED } from "../interruption/interruption.ts";
import type { RunReconciliation, RunResult } from "./run-result.ts";

/** How a command ends whose shop broke its word or went away. */
const EXIT_BROKEN = 1;

/** How a command ends whose run has broken a threshold. */
const EXIT_THRESHOLDS = 99;

/** Whether the shop is known to have kept its word: nothing sold twice, lost, made up or told otherwise. */
export function keptItsWord(reconciliation: RunReconciliation | null): boolean {
  if (reconciliation === null) return false;
  const { oversold, lost, unexplained, contradicted } = reconciliation;
  return oversold === 0 && lost === 0 && unexplained === 0 && contradicted === 0;
}

/** How the command ends: what is worst decides. */
export function exitCodeOf({
  reconciliation,
  shopWentAway,
  interrupted,
  thresholds,
}: Pick<RunResult, "reconciliation" | "shopWentAway" | "interrupted" | "thresholds">): number {
  if (shopWentAway || !keptItsWord(reconciliation)) return EXIT_BROKEN;
  // A run that was cut short says nothing about the thresholds of the whole.
  if (interrupted) return EXIT_INTERRUPTED;
  return thresholds.every(({ isMet }) => isMet) ? 0 : EXIT_THRESHOLDS;
}
