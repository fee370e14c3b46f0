/** Waits that are told apart, minutes: finely when the turn is near, roughly when it is far. */
const STEPS = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 25, 30, 40, 50, 60, 90, 120, 180, 240, 360, 540, 720];
const MINUTE_MS = 60_000;
// By how much a wait may have changed before other words are taken for it.
const STEADINESS = 0.1;

/** A wait as it is told: at most so many minutes; infinite beyond what is told apart. */
export function waitStep(leftMs: number): number {
  return STEPS.find((minutes) => leftMs <= minutes * MINUTE_MS) ?? Infinity;
}

/** The same, but what was told before stays for as long as it is nearly right: words that jump to and fro help nobody. */
export function steadyWaitStep(leftMs: number, toldBefore: number | undefined): number {
  const isNearlyRight = [1 - STEADINESS, 1 + STEADINESS].some(
    (part) => waitStep(leftMs * part) === toldBefore,
  );
  return isNearlyRight && toldBefore !== undefined ? toldBefore : waitStep(leftMs);
}

/** A wait in words, such as "about 5 minutes". */
export function waitText(step: number): string {
  if (step <= 1) return "less than a minute";
  if (step < 60) return `about ${step} minutes`;
  if (step === 60) return "about an hour";
  if (step === 90) return "about an hour and a half";
  return step === Infinity ? "more than 12 hours" : `about ${step / 60} hours`;
}
