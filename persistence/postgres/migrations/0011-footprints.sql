-- Known actors carry where they are in the journal, so that an actor that is over needs no snapshot. Pages of any number may
-- change. An older release does not know these pages, and must not open a database that has them.
drop function save_checkpoint;

-- Stores a checkpoint, the pages of known actors that have changed and its snapshots, all or none. One that is older than
-- what is stored changes nothing.
create function save_checkpoint(
  given_shard integer,
  given_seq bigint,
  checkpoint_body bytea,
  pages integer[],
  page_bodies bytea[],
  addresses text[],
  seqs bigint[],
  dues bigint[],
  starts integer[],
  lengths integer[],
  bodies bytea
) returns boolean language plpgsql as $$
begin
  insert into shard_checkpoint as stored (shard, seq, body) values (given_shard, given_seq, checkpoint_body)
  on conflict (shard) do update set seq = excluded.seq, body = excluded.body where stored.seq <= excluded.seq;
  if not found then
    return false;
  end if;
  insert into known_actors (shard, page, body)
  select given_shard, given.page, given.body from unnest(pages, page_bodies) as given (page, body)
  on conflict (shard, page) do update set body = excluded.body;
  insert into actor_snapshot as stored (shard, address, seq, due_at_ms, body)
  select given_shard, given.address, given.seq, given.due_at_ms, substring(bodies from given.start for given.length)
  from unnest(addresses, seqs, dues, starts, lengths) as given (address, seq, due_at_ms, start, length)
  on conflict (shard, address) do update
  set seq = excluded.seq, due_at_ms = excluded.due_at_ms, body = excluded.body
  where stored.seq <= excluded.seq;
  return true;
end
$$;
