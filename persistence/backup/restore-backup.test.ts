import { expect, test } from "bun:test";
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
