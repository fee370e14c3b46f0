create table shard_checkpoint (
  shard integer primary key,
  seq bigint not null,
  body bytea not null
);

create table actor_snapshot (
  shard integer not null,
  tenant text not null,
  kind text not null,
  id text not null,
  seq bigint not null,
  due_at_ms bigint,
  body bytea not null,
  primary key (shard, tenant, kind, id)
);
create index actor_snapshot_timer on actor_snapshot (shard) where due_at_ms is not null;

-- Stores a checkpoint and its snapshots, all or none. One that is older than what is stored changes nothing.
create function save_checkpoint(
  given_shard integer,
  given_seq bigint,
  checkpoint_body bytea,
  tenants text[],
  kinds text[],
  ids text[],
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
  insert into actor_snapshot as stored (shard, tenant, kind, id, seq, due_at_ms, body)
  select given_shard, given.tenant, given.kind, given.id, given.seq, given.due_at_ms,
    substring(bodies from given.start for given.length)
  from unnest(tenants, kinds, ids, seqs, dues, starts, lengths)
    as given (tenant, kind, id, seq, due_at_ms, start, length)
  on conflict (shard, tenant, kind, id) do update
  set seq = excluded.seq, due_at_ms = excluded.due_at_ms, body = excluded.body
  where stored.seq <= excluded.seq;
  return true;
end
$$;
