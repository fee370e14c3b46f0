import { interruptingSignals } from "../../engine/programs/interrupting-signals.ts";

/** How a command ends that was told to end before its time: as shells say it of Ctrl-C. */
export const EXIT_INTERRUPTED = 130;

/** The person in front of a command, or its supervisor, told it to end before its time. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  /** `leftBehind`: what stays though nothing came of the work, as a part of a sentence. */
  constructor({ leftBehind, ...options }: ErrorOptions & { readonly leftBehind?: string | undefined } = {}) {
    super(leftBehind === undefined ? "ended early" : `ended early; ${leftBehind}`, options);
  }
}

/**
 * Does some work whose signal is aborted by Ctrl-C (SIGINT), SIGTERM, and a terminal that is closed (SIGHUP). Until it has
 * ended, none of these ends the process.
 * @throws {Interrupted} for whatever the work throws once it was told to end: processes that it works with may have heard
 * the same Ctrl-C, and be gone.
 */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort(new Interrupted());
  // Every time, not once: npm passes a Ctrl-C on that the terminal has sent already.
  const signals = interruptingSignals();
  for (const name of signals) process.on(name, interrupt);
  try {
    return await work(interruption.signal);
  } catch (error) {
    if (interruption.signal.aborted && !(error instanceof Interrupted))
      throw new Interrupted({ cause: error });
    throw error;
  } finally {
    for (const name of signals) process.off(name, interrupt);
  }
}

/**
 * Waits for some work, unless it shall end early; the work goes on then.
 * @throws {Interrupted} that says what is left behind, if anything is.
 */
export async function unlessInterrupted<Result>(
  signal: AbortSignal,
  work: Promise<Result>,
  leftBehind?: string,
): Promise<Result> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(new Interrupted({ leftBehind }));
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
