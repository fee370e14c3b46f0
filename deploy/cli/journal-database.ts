import { openShopDatabase, type ShopDatabase } from "./shop-database.ts";

/**
 * Opens the database of a shop for commands that look into its archive.
 * @throws when there is no shop, or its database was last used by a release that had no archive.
 */
export async function openJournalDatabase(dataDirectory: string): Promise<ShopDatabase> {
  const shopDatabase = await openShopDatabase(dataDirectory);
  const { sql } = shopDatabase.database;
  try {
    const [row] = await sql<{ readonly found: boolean }[]>`
      select to_regclass('journal_archive') is not null as found`;
    if (row?.found === true) return shopDatabase;
    throw new Error("the database was last used by an older release: start the shop once with this one");
  } catch (error) {
    await shopDatabase.close();
    throw error;
  }
}
