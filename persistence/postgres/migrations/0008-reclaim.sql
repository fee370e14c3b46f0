-- Claims shards again for the owner that claimed them last, all or none. The rows are locked before they are compared, so
-- that a takeover which commits in between is seen and not undone; in the order of claim_shards, so that the two never wait
-- for each other in a circle. An owner's name is that of one run of one lane: its own claim whose reply was lost counts as
-- its own.
create function reclaim_shards(
  same_owner text,
  given_batch_id uuid,
  shards integer[],
  bodies bytea[]
) returns table (claimed_shard integer, claimed_epoch bigint, claimed_seq bigint) language plpgsql as $$
declare
  owned integer;
begin
  select count(*) into owned from (
    select from shard_owner as current
    where current.shard = any (shards) and current.owner = same_owner
    order by current.shard
    for update
  ) as locked;
  if owned <> cardinality(shards) then
    raise exception 'another owner has claimed a shard of this one' using errcode = 'SP002';
  end if;
  return query select * from claim_shards(same_owner, given_batch_id, shards, bodies);
end
$$;
