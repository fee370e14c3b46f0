import type { Entropy } from "../engine/ports/entropy.ts";

/** The machine's randomness. */
export const systemEntropy: Entropy = { uuid: () => Bun.randomUUIDv7() };
