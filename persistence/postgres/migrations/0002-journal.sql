-- Columns in the order that wastes no bytes on alignment. Bodies are packed already: compressing them costs more time
-- than it saves, so rows stay in one piece up to a page.
create table journal_segment (
  seq bigint not null,
  epoch bigint not null,
  batch_id uuid not null,
  shard integer not null,
  body bytea not null,
  primary key (shard, seq)
) with (toast_tuple_target = 8160);
alter table journal_segment alter column body set storage external;

create table shard_owner (
  shard integer primary key,
  epoch bigint not null,
  owner text not null,
  claimed_at timestamptz not null default now()
);

-- Stores one segment per shard, all or none. Bodies come as one block, cut at the given places (counted from 1).
-- The epoch is read without a lock. That is safe: an owner that has lost a shard does not know of the takeover record,
-- so its next number is taken, whatever it reads here. Rows go in by shard, as in claim_shards, so that the two never
-- wait for each other in a circle.
create function append_segments(
  given_batch_id uuid,
  shards integer[],
  seqs bigint[],
  epochs bigint[],
  starts integer[],
  lengths integer[],
  bodies bytea
) returns void language plpgsql as $$
declare
  stored integer;
begin
  insert into journal_segment (seq, epoch, batch_id, shard, body)
  select given.seq, given.epoch, given_batch_id, given.shard, substring(bodies from given.start for given.length)
  from unnest(shards, seqs, epochs, starts, lengths) as given (shard, seq, epoch, start, length)
  join shard_owner on shard_owner.shard = given.shard and shard_owner.epoch = given.epoch
  order by given.shard;
  get diagnostics stored = row_count;
  if stored <> cardinality(shards) then
    raise exception 'another owner has claimed a shard of this batch' using errcode = 'SP001';
  end if;
end
$$;

-- Raises the epoch of each shard and writes a takeover record as its next segment. An append of the last owner that is
-- still open makes the insert wait; if it commits, the number is taken and the next one is tried.
create function claim_shards(
  new_owner text,
  given_batch_id uuid,
  shards integer[],
  bodies bytea[]
) returns table (claimed_shard integer, claimed_epoch bigint, claimed_seq bigint) language plpgsql as $$
declare
  wanted record;
begin
  for wanted in
    select given.shard, given.body from unnest(shards, bodies) as given (shard, body) order by given.shard
  loop
    claimed_shard := wanted.shard;
    -- Locks the row until the end: two claims of one shard take turns.
    insert into shard_owner as current (shard, epoch, owner) values (wanted.shard, 1, new_owner)
    on conflict (shard) do update set epoch = current.epoch + 1, owner = excluded.owner, claimed_at = now()
    returning current.epoch into claimed_epoch;
    loop
      insert into journal_segment (seq, epoch, batch_id, shard, body)
      values (
        1 + coalesce((select max(tail.seq) from journal_segment as tail where tail.shard = wanted.shard), 0),
        claimed_epoch,
        given_batch_id,
        wanted.shard,
        wanted.body
      )
      on conflict (shard, seq) do nothing
      returning seq into claimed_seq;
      exit when claimed_seq is not null;
    end loop;
    return next;
  end loop;
end
$$;
