-- The epochs of all shards in one row, that of shard s as element s + 1: what an append compares. Looking each of its shards
-- up in shard_owner took a sixth of an append's time. It is a copy: claims write it from shard_owner, in their transaction.
create table shard_epochs (
  singleton boolean primary key default true check (singleton),
  epochs bigint[] not null
) with (toast_tuple_target = 8160);
alter table shard_epochs alter column epochs set storage external;
insert into shard_epochs (epochs)
select coalesce(array_agg(shard_owner.epoch order by given.shard), '{}')
from generate_series(0, (select max(shard) from shard_owner)) as given (shard)
left join shard_owner on shard_owner.shard = given.shard;

-- Stores one segment per shard, all or none, and only behind the predecessor. Bodies come as one block, cut at the given
-- places (counted from 1). Epochs are read without a lock. That is safe: an owner that has lost a shard does not know of the
-- takeover record, so its next number is taken, whatever it reads here.
-- Rows go in by shard, as in claim_shards, so that the two never wait for each other in a circle.
create or replace function append_segments(
  given_batch_id uuid,
  shards integer[],
  seqs bigint[],
  epochs bigint[],
  starts integer[],
  lengths integer[],
  bodies bytea,
  predecessor_shard integer default null,
  predecessor_seq bigint default null,
  predecessor_batch_id uuid default null
) returns void language plpgsql as $$
declare
  stored integer;
begin
  -- Both conditions on what is stored are in this statement, for each further one costs as much as several rows. Arrays are
  -- taken apart in the select list, since in the from clause each of them is copied first.
  insert into journal_segment (seq, epoch, batch_id, shard, body)
  select given.seq, given.epoch, given_batch_id, given.shard, substring(bodies from given.start for given.length)
  from (
    select unnest(shards) as shard, unnest(seqs) as seq, unnest(append_segments.epochs) as epoch,
      unnest(starts) as start, unnest(lengths) as length
  ) as given
  where given.epoch = (select current.epochs from shard_epochs as current)[given.shard + 1]
    and (
      predecessor_batch_id is null or exists (
        select from journal_segment
        where shard = predecessor_shard and seq = predecessor_seq and batch_id = predecessor_batch_id
      )
    )
  order by given.shard;
  get diagnostics stored = row_count;
  if stored = cardinality(shards) then
    return;
  end if;
  if predecessor_batch_id is not null and not exists (
    select from journal_segment
    where shard = predecessor_shard and seq = predecessor_seq and batch_id = predecessor_batch_id
  ) then
    raise exception 'the batch before this one is not stored' using errcode = 'SP004';
  end if;
  raise exception 'another owner has claimed a shard of this batch' using errcode = 'SP001';
end
$$;

-- Raises the epoch of each shard and writes a takeover record as its next segment. An append of the last owner that is
-- still open makes the insert wait; if it commits, the number is taken and the next one is tried.
create or replace function claim_shards(
  new_owner text,
  given_batch_id uuid,
  shards integer[],
  bodies bytea[]
) returns table (claimed_shard integer, claimed_epoch bigint, claimed_seq bigint) language plpgsql as $$
declare
  wanted record;
  known_epochs bigint[];
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
  -- The one row that claims of other shards write as well. Locked last, so that nobody waits while he holds it.
  select current.epochs into known_epochs from shard_epochs as current for update;
  for wanted in select owned.shard, owned.epoch from shard_owner as owned where owned.shard = any (shards) loop
    known_epochs[wanted.shard + 1] := wanted.epoch;
  end loop;
  update shard_epochs set epochs = known_epochs;
end
$$;
