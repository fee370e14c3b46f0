import { expect, test } from "bun:test";
import { postgresJournal } from "../postgres/journal.ts";
import { databaseIdentity } from "../postgres/timeline.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import { BackupRig, restoreInto } from "./testing/backup-rig.ts";

test("a shop whose tables cannot be analyzed is restored all the same", async () => {
  const rig = await BackupRig.make();
  const subject = await migratedDatabase(4);
  try {
    await subject.database.sql`insert into stock (tenant, id, title) values ('shop', 'A', 'A')`;
    const { path } = await rig.taken(subject.database);
    const database = await rig.emptyDatabase();
    // Postgres computes what an index is made of, and so comes past this.
    await database.sql.unsafe(`
      create function only_stored(text) returns text language plpgsql immutable as $$
      begin
        if current_query() like 'analyze%' then raise exception 'nothing is analyzed here'; end if;
        return $1;
      end $$;
      create function add_index() returns event_trigger language plpgsql as $$
      begin
        if to_regclass('stock') is not null and to_regclass('refusing') is null then
          create index refusing on stock (public.only_stored(id));
        end if;
      end $$;
      create event trigger refusing on ddl_command_end when tag in ('CREATE TABLE') execute function add_index()`);
    await restoreInto(database, path);
    const [row] = await database.sql<{ title: string }[]>`select title from stock`;
    expect(row?.title).toBe("A");
  } finally {
    await rig.close();
    await subject.close();
  }
});

test("a restored shop is told from the one that was backed up, and from another restored one", async () => {
  const rig = await BackupRig.make();
  const subject = await migratedDatabase(4);
  try {
    const before = await databaseIdentity(subject.database.sql);
    const journal = postgresJournal(subject.database);
    await journal.claim([0, 1, 2, 3], "node-1");
    await journal.close();
    expect(await databaseIdentity(subject.database.sql)).toBe(before);
    const { path } = await rig.taken(subject.database);
    const [first, second] = [await rig.restored(path, 2e12), await rig.restored(path, 2e12 + 1_000)];
    const identities = [before, await databaseIdentity(first.sql), await databaseIdentity(second.sql)];
    expect(new Set(identities).size).toBe(3);
    const [row] = await first.sql<{ shop_id: string }[]>`select shop_id from shop`;
    expect(row?.shop_id).toBe(before);
  } finally {
    await rig.close();
    await subject.close();
  }
});
