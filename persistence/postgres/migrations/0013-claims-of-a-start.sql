-- A claim for a place names the start of the node that makes it: a former process of the same name, which may have stood still
-- and not know that it is replaced, takes nothing over.
drop function claim_placed_shards(text, integer, text, uuid, integer[], bytea[]);

-- claim_shards for those of the shards that the placement gives to this lane, if this is still the node's newest start. They
-- cannot be given to another lane, and the node cannot start again, before this claim has ended; whichever comes first is seen,
-- since rows are looked at again once they are locked. The node comes first, then shards in their order: nothing that changes
-- a node touches shards, so that nobody waits in a circle.
create function claim_placed_shards(
  given_node text,
  given_incarnation bigint,
  given_lane integer,
  new_owner text,
  given_batch_id uuid,
  shards integer[],
  bodies bytea[]
) returns table (claimed_shard integer, claimed_epoch bigint, claimed_seq bigint) language plpgsql as $$
declare
  placed integer[];
begin
  perform from node where name = given_node and incarnation = given_incarnation for share;
  if not found then
    return;
  end if;
  select array_agg(locked.shard) into placed from (
    select given.shard from shard_placement as given
    where given.shard = any (shards) and given.node = given_node and given.lane = given_lane
    order by given.shard
    for share
  ) as locked;
  return query
  select claimed.* from (
    select array_agg(given.shard) as own_shards, array_agg(given.body) as own_bodies
    from unnest(shards, bodies) as given (shard, body)
    where given.shard = any (placed)
  ) as own, claim_shards(new_owner, given_batch_id, own.own_shards, own.own_bodies) as claimed;
end
$$;
