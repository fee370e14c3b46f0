/** A broken invariant: a fault of the program, never of its input. The lane that meets one stops serving. */
export class InvariantBroken extends Error {
  override readonly name = "InvariantBroken";
}

/**
 * Throws {@link InvariantBroken} unless `condition` holds. One condition per call, in production too.
 *
 * `subject` says whose invariant it is and `detail` what broke it. They join the message only then: an order passes
 * dozens of asserts, and texts that nobody reads were a seventh of a lane's work.
 */
export function assert(
  condition: boolean,
  message: string,
  subject?: string,
  detail?: string | number,
): asserts condition {
  if (condition) return;
  const whose = subject === undefined ? "" : `${subject}: `;
  throw new InvariantBroken(detail === undefined ? whose + message : `${whose}${message} (${detail})`);
}

/** Marks a `switch` as complete: a case that is missing becomes a type error here. */
export function assertNever(value: never): never {
  throw new InvariantBroken(`unexpected value ${JSON.stringify(value)}`);
}
