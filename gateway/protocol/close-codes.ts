/** The close codes after which a client shall not connect again by itself. After all others it shall, 1006 of a lost connection among them. */
export const FINAL_CLOSE = { binary: 1003, tooLarge: 1009, breach: 4400, session: 4401 } as const;

const FINAL: readonly number[] = Object.values(FINAL_CLOSE);

/** Whether a client should connect again by itself after its socket was closed with `code`. */
export function isRetryableClose(code: number): boolean {
  return !FINAL.includes(code);
}
