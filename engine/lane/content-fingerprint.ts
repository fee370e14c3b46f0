import type { Typed } from "../contract/decider.ts";

/**
 * Tells whether two commands under one idempotency key have the same content: 64-bit xxHash of the command's JSON, in
 * base 36. It guards against a client's mistake, not against an attacker, who could only spoil a key of their own.
 */
export function contentFingerprint(command: Typed): string {
  return Bun.hash.xxHash64(JSON.stringify(command)).toString(36);
}
