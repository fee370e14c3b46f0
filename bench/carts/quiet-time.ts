/** Follows quiet time from outside. */
export interface QuietWatch {
  /** Ends it early. */
  readonly signal: AbortSignal;
  /** Called at its begin and after each second, with the seconds that have passed. */
  readonly passed?: ((seconds: number) => void) | undefined;
}

/** Lets so many seconds pass, unless they shall end early. Returns how many have passed. */
export async function quietTime(seconds: number, { signal, passed }: QuietWatch): Promise<number> {
  let done = 0;
  passed?.(done);
  while (done < seconds && (await secondPasses(signal))) {
    done += 1;
    passed?.(done);
  }
  return done;
}

/** False when it was cut off. */
async function secondPasses(signal: AbortSignal): Promise<boolean> {
  const over = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => over.resolve(true), 1_000);
  const cutOff = (): void => over.resolve(false);
  signal.addEventListener("abort", cutOff, { once: true });
  if (signal.aborted) cutOff();
  return over.promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", cutOff);
  });
}
