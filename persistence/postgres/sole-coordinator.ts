import type { CoordinatorLock } from "../../engine/ports/coordinator-lock.ts";
import { databaseOf } from "./database.ts";
import type { DatabaseSource } from "./database.ts";

/**
 * Makes a node its own coordinator that has the database for itself, which somebody else has to see to. There is nobody to
 * compete with; but writes of an earlier term are refused as with every lock.
 */
export function postgresSoleCoordinator(source: DatabaseSource): CoordinatorLock {
  const database = databaseOf(source, { applicationName: "stampede coordinator", connectionsMax: 1 });
  return {
    async take(node) {
      const [row] = await database.write(
        (sql) => sql<{ term: string }[]>`
          update coordinator set term = term + 1, node = ${node}, since = now() returning term`,
      );
      return { number: Number(row?.term), resign: () => Promise.resolve() };
    },

    close: () => database.close(),
  };
}
