const DEADLINE_MS = 10_000;
const POLL_MS = 5;

/** Waits until `condition` holds. @throws an error that says what it waited for. */
export async function eventually(what: string, condition: () => boolean): Promise<void> {
  const endsAt = performance.now() + DEADLINE_MS;
  while (!condition()) {
    if (performance.now() > endsAt) throw new Error(`waited ${DEADLINE_MS} ms in vain until ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, POLL_MS);
    });
  }
}
