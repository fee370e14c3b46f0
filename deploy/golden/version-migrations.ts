import type { AnyDecider } from "../../engine/contract/decider.ts";

/**
 * Versions without a migration named after them, as `cart-2`. A database knows its migrations by name, and a release that
 * does not know one of them does not open it: so nobody finds out about a newer version in the middle of an order.
 */
export function missingMigrations(
  deciders: readonly Pick<AnyDecider, "kind" | "version">[],
  rowsVersion: number,
  migrations: readonly string[],
): readonly string[] {
  const known = new Set(migrations.map((name) => name.replace(/^\d+-/, "").replace(/\.sql$/, "")));
  return [...deciders, { kind: "rows", version: rowsVersion }]
    .flatMap(({ kind, version }) => laterVersions(version).map((later) => `${kind}-${later}`))
    .filter((name) => !known.has(name));
}

function laterVersions(version: number): readonly number[] {
  return Array.from({ length: version - 1 }, (_, index) => index + 2);
}
