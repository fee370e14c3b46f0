// Nobody waits for so long unless something is wrong: making a database takes ten seconds on a machine with much else to do.
const DEADLINE_MS = 30_000;
const POLL_MS = 5;

/** Waits until `condition` holds. @throws an error that says what it waited for. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const endsAt = performance.now() + DEADLINE_MS;
  while (!(await condition())) {
    if (performance.now() > endsAt) throw new Error(`waited ${DEADLINE_MS} ms in vain until ${what}`);
    await Bun.sleep(POLL_MS);
  }
}
