import { InvariantBroken } from "../../../engine/contract/assert.ts";

/** Asserts that an object has no class of its own: what it does beside its fields would not come back. */
export function assertPlain(record: object): void {
  const prototype: unknown = Object.getPrototypeOf(record);
  if (prototype !== Object.prototype && prototype !== null)
    throw new InvariantBroken("an object with a class of its own is not plain data");
}
