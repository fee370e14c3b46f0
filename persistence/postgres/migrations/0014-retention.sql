-- What a cluster remembers of itself does not grow for ever: coordinators delete what has been over for long enough.

-- A node may run for years after its last start.
alter table node add column last_seen_at timestamptz not null default now();

-- The greatest number of a start of a node that is forgotten: one of that name begins above it, so that no process of the past has
-- the number of one that lives.
create table forgotten_node (
  singleton boolean primary key default true check (singleton),
  incarnation bigint not null
);
insert into forgotten_node (incarnation) values (0);

create index placement_change_age on placement_change (changed_at);
create index operation_age on operation (ended_at) where ended_at is not null;

create function forget_placement_changes(
  given_term bigint,
  kept_ms bigint,
  count_max integer
) returns integer language plpgsql as $$
declare
  versions bigint[];
begin
  perform assert_term(given_term);
  select array_agg(old.version) into versions from (
    select version from placement_change where changed_at <= now() - kept_ms * interval '1 millisecond'
    order by changed_at limit count_max
  ) as old;
  delete from placement_change_shard where version = any (versions);
  delete from placement_change where version = any (versions);
  return coalesce(cardinality(versions), 0);
end
$$;

create function forget_operations(
  given_term bigint,
  kept_ms bigint,
  count_max integer
) returns integer language plpgsql as $$
declare
  gone integer;
begin
  perform assert_term(given_term);
  delete from operation where number in (
    select number from operation where ended_at <= now() - kept_ms * interval '1 millisecond'
    order by ended_at limit count_max
  );
  get diagnostics gone = row_count;
  return gone;
end
$$;

-- Nodes that have shards are kept, whether they live or not.
create function forget_nodes(
  given_term bigint,
  seen text[],
  kept_ms bigint
) returns integer language plpgsql as $$
declare
  newest bigint;
  gone integer;
begin
  perform assert_term(given_term);
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
$$;

-- Registers the start of a node, and returns it.
create function start_node(
  given_name text,
  given_lanes integer,
  given_capacity double precision
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
  returning *
$$;
