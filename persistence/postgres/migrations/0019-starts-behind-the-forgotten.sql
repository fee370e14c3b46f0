-- A node that starts at the moment at which it is forgotten waits for that to end, and reads then above which number it begins: it read
-- the one from before, and began with a number that one of its former processes has. Both begin with the same row, so that they never
-- wait for each other in a circle.
create or replace function start_node(
  given_name text,
  given_lanes integer,
  given_capacity double precision,
  given_last bigint
) returns setof node language sql as $$
  insert into node as stored (name, lanes, capacity, incarnation)
  select given_name, given_lanes, given_capacity, forgotten.incarnation + 1
  from (select incarnation from forgotten_node for share) as forgotten
  on conflict (name) do update set
    lanes = excluded.lanes,
    capacity = excluded.capacity,
    incarnation = stored.incarnation + 1,
    last_started_at = now(),
    last_seen_at = now()
  where stored.incarnation = given_last
  returning *
$$;

-- Nodes that have shards are kept, whether they live or not.
create or replace function forget_nodes(
  given_term bigint,
  seen text[],
  kept_ms bigint
) returns integer language plpgsql as $$
declare
  newest bigint;
  gone integer;
begin
  perform assert_term(given_term);
  perform from forgotten_node for update;
  update node set last_seen_at = now() where name = any (seen);
  with forgotten as (
    delete from node
    where greatest(last_seen_at, last_started_at) <= now() - kept_ms * interval '1 millisecond'
      and not name = any (seen)
      and not exists (select from shard_placement where shard_placement.node = node.name)
    returning incarnation
  )
  select count(*), max(incarnation) into gone, newest from forgotten;
  update forgotten_node set incarnation = newest where incarnation < newest;
  return gone;
end
$$
