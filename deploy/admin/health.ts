/** A part that has to work before shoppers are sent here. */
export interface HealthCheck {
  readonly name: string;
  /** Returns why the part does not work, or undefined when it does. Throwing counts as not working. */
  check(): Promise<string | undefined> | string | undefined;
}

/** What a check came to. */
export interface HealthResult {
  readonly name: string;
  /** Undefined when the part works. */
  readonly failure: string | undefined;
}

/** Runs all checks at once; one that does not answer within the deadline has failed. */
export function runHealthChecks(
  checks: readonly HealthCheck[],
  deadlineMs: number,
): Promise<readonly HealthResult[]> {
  return Promise.all(
    checks.map(async (check) => ({ name: check.name, failure: await failureOf(check, deadlineMs) })),
  );
}

async function failureOf(check: HealthCheck, deadlineMs: number): Promise<string | undefined> {
  const late = Promise.withResolvers<string>();
  const timer = setTimeout(() => late.resolve(`no answer within ${deadlineMs} ms`), deadlineMs);
  try {
    return await Promise.race([late.promise, check.check()]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
