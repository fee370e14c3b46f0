import type { ReadonlySignal } from "@preact/signals";

/** Resolves once a signal's value is as wished, or after `limitMs`: to whether it is. */
export function until<Value>(
  source: ReadonlySignal<Value>,
  isWished: (value: Value) => boolean,
  limitMs: number,
): Promise<boolean> {
  if (isWished(source.peek())) return Promise.resolve(true);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      leave();
      resolve(false);
    }, limitMs);
    const leave = source.subscribe((value) => {
      // The first call comes at once, with the value that has been looked at already.
      if (!isWished(value)) return;
      clearTimeout(timer);
      queueMicrotask(() => leave());
      resolve(true);
    });
  });
}
