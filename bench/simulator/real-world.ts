/** What of the real world a program could reach for without asking a port. */
const REAL: readonly (readonly [owner: object, name: string])[] = [
  [Date, "now"],
  [Math, "random"],
  [globalThis, "setTimeout"],
  [globalThis, "setInterval"],
  [globalThis, "setImmediate"],
  [globalThis, "queueMicrotask"],
  [globalThis, "fetch"],
  [crypto, "randomUUID"],
  [crypto, "getRandomValues"],
];

/**
 * Runs `task` in a world without real time, chance or network: whoever reaches for them throws. Measured durations are 0,
 * since statistics may measure but nothing may depend on it.
 */
export function withoutRealWorld<Result>(task: () => Result): Result {
  const restore = [replace(performance, "now", () => 0)];
  for (const [owner, name] of REAL)
    restore.push(
      replace(owner, name, () => {
        throw new TypeError(`a simulated program reaches for ${name} of the real world`);
      }),
    );
  try {
    return task();
  } finally {
    for (const undo of restore) undo();
  }
}

/** Puts another function in a real one's place. Returns a function that puts it back. */
function replace(owner: object, name: string, replacement: () => unknown): () => void {
  const functions = owner as Record<string, unknown>;
  const isOwn = Object.hasOwn(owner, name);
  const real = functions[name];
  functions[name] = replacement;
  return () => {
    if (isOwn) functions[name] = real;
    else Reflect.deleteProperty(owner, name);
  };
}
