-- A start is registered behind the one that its process has read: one that arrives late, from a process that is gone, would take
-- from the node that runs by now the right to claim shards.
drop function start_node(text, integer, double precision);

-- Registers the start of a node, and returns it; no row when the node's last start is not the given one (0: none).
create function start_node(
  given_name text,
  given_lanes integer,
  given_capacity double precision,
  given_last bigint
) returns setof node language sql as $$
  insert into node as stored (name, lanes, capacity, incarnation)
  select given_name, given_lanes, given_capacity, forgotten.incarnation + 1
  from forgotten_node as forgotten
  on conflict (name) do update set
    lanes = excluded.lanes,
    capacity = excluded.capacity,
    incarnation = stored.incarnation + 1,
    last_started_at = now(),
    last_seen_at = now()
  where stored.incarnation = given_last
  returning *
$$
