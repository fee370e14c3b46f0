/** A name that no other run has: the time in base 36 and some luck. */
export function newRunId(nowMs: number): string {
  return `${nowMs.toString(36)}${Math.floor(Math.random() * 1296).toString(36)}`;
}
