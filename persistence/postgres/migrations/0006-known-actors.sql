-- Which actors of a shard have a snapshot, in pages of a few hundred: a checkpoint writes those that have changed, however
-- many actors there are. Until now each checkpoint held all of them.
create table known_actors (
  shard integer not null,
  page integer not null,
  body bytea not null,
  primary key (shard, page)
) with (toast_tuple_target = 8160);
alter table known_actors alter column body set storage external;

-- Timers are read a window at a time, the earliest first.
drop index actor_snapshot_timer;
create index actor_snapshot_timer on actor_snapshot (shard, due_at_ms) where due_at_ms is not null;

drop function save_checkpoint;

-- Stores a checkpoint, the pages of known actors that have changed and its snapshots, all or none. One that is older than
-- what is stored changes nothing.
create function save_checkpoint(
  given_shard integer,
  given_seq bigint,
  checkpoint_body bytea,
  first_page integer,
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
  select given_shard, first_page + given.number - 1, given.body
  from unnest(page_bodies) with ordinality as given (body, number)
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
