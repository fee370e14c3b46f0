import { Generator } from "../../engine/contract/testing/generator.ts";

/**
 * A generator of its own for each purpose of a seed: what one part of a simulation draws never moves what another one
 * draws, so that leaving a fault out changes as little else as possible.
 */
export function generatorFor(seed: number, purpose: string): Generator {
  return new Generator(Bun.hash.xxHash32(`${seed}/${purpose}`));
}
