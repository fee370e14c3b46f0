/** A broken invariant: a fault of the program, never of its input. The lane that meets one stops serving. */
export class InvariantBroken extends Error {
  override readonly name = "InvariantBroken";
}

/** Throws {@link InvariantBroken} unless `condition` holds. One condition per call, in production too. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantBroken(message);
}

/** Marks a `switch` as complete: a case that is missing becomes a type error here. */
export function assertNever(value: never): never {
  throw new InvariantBroken(`unexpected value ${JSON.stringify(value)}`);
}
