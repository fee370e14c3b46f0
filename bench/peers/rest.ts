import { readFamily } from "../machine/cpu-time.ts";
import { unlessInterrupted } from "../interruption/interruption.ts";

const LOOK_EVERY_MS = 250;
const WAIT_MS_MAX = 15_000;
// The kernel counts in steps of 10 ms: two of them in a look are next to nothing.
const USED_MICROS_MAX = 20_000;

/**
 * Waits until servers have done what a sale has left them to do (checkpoints), so that the next one does
 * not pay for it; not longer than 15 seconds. Servers that the system does not tell of are not waited for. `usedMicros`: CPU time of a process
 * and its children so far.
 */
export async function untilAtRest(
  pids: readonly number[],
  signal: AbortSignal,
  usedMicros: (pid: number) => number | null = readFamily,
): Promise<void> {
  const used = (): number => pids.reduce((sum, pid) => sum + (usedMicros(pid) ?? 0), 0);
  signal.throwIfAborted();
  if (pids.length === 0) return;
  const endsAtMs = performance.now() + WAIT_MS_MAX;
  let before = used();
  while (performance.now() < endsAtMs) {
    await unlessInterrupted(signal, Bun.sleep(LOOK_EVERY_MS));
    const now = used();
    if (now - before <= USED_MICROS_MAX) return;
    before = now;
  }
}
