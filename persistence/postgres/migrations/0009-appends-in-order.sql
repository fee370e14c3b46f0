-- A batch may be appended while the one it rests on is still on its way: it is stored only behind that one. Both come through
-- one connection, so that the first has ended, and is visible, when the second begins.
drop function append_segments;
create function append_segments(
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
  if predecessor_batch_id is not null and not exists (
    select from journal_segment
    where shard = predecessor_shard and seq = predecessor_seq and batch_id = predecessor_batch_id
  ) then
    raise exception 'the batch before this one is not stored' using errcode = 'SP004';
  end if;
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
