-- Which lane of which node should have which shard, and what a coordinator of several nodes has to remember. Who has a shard
-- is in shard_owner, as before: nothing here decides who may append.

-- One row: the newest term of a coordinator. Every write of a coordinator is checked against it.
create table coordinator (
  singleton boolean primary key default true check (singleton),
  term bigint not null,
  node text,
  since timestamptz
);
insert into coordinator (term) values (0);

-- One row: the version of the whole placement.
create table placement (
  singleton boolean primary key default true check (singleton),
  version bigint not null
);
insert into placement (version) values (0);

create table shard_placement (
  shard integer primary key,
  node text not null,
  lane integer not null,
  pinned boolean not null
);

-- Every change of the placement: when, why, by whom, and what became of each shard.
create table placement_change (
  version bigint primary key,
  term bigint not null,
  reason text not null,
  asked_by text not null,
  changed_at timestamptz not null default now()
);

create table placement_change_shard (
  version bigint not null references placement_change,
  shard integer not null,
  from_node text,
  from_lane integer,
  from_pinned boolean,
  node text not null,
  lane integer not null,
  pinned boolean not null,
  primary key (version, shard)
);

create table node (
  name text primary key,
  lanes integer not null check (lanes > 0),
  capacity double precision not null check (capacity > 0),
  incarnation bigint not null default 1,
  cordoned boolean not null default false,
  draining boolean not null default false,
  first_started_at timestamptz not null default now(),
  last_started_at timestamptz not null default now()
);

create table operation (
  number bigint generated always as identity primary key,
  id uuid not null unique,
  revision bigint not null default 1,
  kind text not null,
  status text not null default 'waiting',
  asked_by text not null,
  document_version integer not null,
  request jsonb not null,
  plan jsonb not null default 'null',
  placement_version bigint,
  state jsonb not null default 'null',
  result jsonb not null default 'null',
  steps_done integer not null default 0,
  steps_total integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  ended_at timestamptz
);
create index operation_open on operation (number) where ended_at is null;

-- Takes the lock of the coordinator for this session and begins a new term; null while another session has it. The lock is
-- the session's, and ends with it.
create function begin_term(lock_key bigint, given_node text) returns bigint language plpgsql as $$
declare
  new_term bigint;
begin
  if not pg_try_advisory_lock(lock_key) then
    return null;
  end if;
  -- Waits for what the last coordinator is writing at this moment; whatever it writes later is refused.
  update coordinator set term = term + 1, node = given_node, since = now() returning term into new_term;
  return new_term;
end
$$;

-- Refuses the writes of all coordinators but the newest, and keeps the next one from beginning before this write has ended.
create function assert_term(given_term bigint) returns void language plpgsql as $$
begin
  perform from coordinator where term = given_term for share;
  if not found then
    raise exception 'the term % of this coordinator is over', given_term using errcode = 'SP101';
  end if;
end
$$;

-- Gives shards other places, all or none, if the placement still has the expected version. Returns the new one. Rows are
-- written by shard, as claim_placed_shards locks them, so that the two never wait for each other in a circle.
create function change_placement(
  given_term bigint,
  expected_version bigint,
  given_reason text,
  given_asked_by text,
  shards integer[],
  nodes text[],
  lanes integer[],
  pins boolean[]
) returns bigint language plpgsql as $$
declare
  new_version bigint;
begin
  perform assert_term(given_term);
  update placement set version = version + 1 where version = expected_version returning version into new_version;
  if new_version is null then
    raise exception 'the placement no longer has version %', expected_version using errcode = 'SP102';
  end if;
  if exists (select from unnest(shards) as given (shard), shop where given.shard not between 0 and shop.shard_count - 1) then
    raise exception 'there is no such shard';
  end if;
  insert into placement_change (version, term, reason, asked_by)
  values (new_version, given_term, given_reason, given_asked_by);
  insert into placement_change_shard (version, shard, from_node, from_lane, from_pinned, node, lane, pinned)
  select new_version, given.shard, old.node, old.lane, old.pinned, given.node, given.lane, given.pinned
  from unnest(shards, nodes, lanes, pins) as given (shard, node, lane, pinned)
  left join shard_placement as old using (shard);
  insert into shard_placement (shard, node, lane, pinned)
  select given.shard, given.node, given.lane, given.pinned
  from unnest(shards, nodes, lanes, pins) as given (shard, node, lane, pinned)
  order by given.shard
  on conflict (shard) do update set node = excluded.node, lane = excluded.lane, pinned = excluded.pinned;
  return new_version;
end
$$;

-- claim_shards for those of the shards that the placement gives to this lane. They cannot be given to another one before
-- this claim has ended; a change that comes first is seen, since the rows are looked at again once they are locked.
create function claim_placed_shards(
  given_node text,
  given_lane integer,
  new_owner text,
  given_batch_id uuid,
  shards integer[],
  bodies bytea[]
) returns table (claimed_shard integer, claimed_epoch bigint, claimed_seq bigint) language plpgsql as $$
declare
  placed integer[];
begin
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

create function add_operation(
  given_term bigint,
  given_id uuid,
  given_kind text,
  given_asked_by text,
  given_document_version integer,
  given_request jsonb
) returns setof operation language plpgsql as $$
begin
  perform assert_term(given_term);
  insert into operation (id, kind, asked_by, document_version, request)
  values (given_id, given_kind, given_asked_by, given_document_version, given_request)
  on conflict (id) do nothing;
  return query select * from operation where id = given_id;
end
$$;

-- Returns no row when the operation has another revision by now.
create function update_operation(
  given_term bigint,
  given_id uuid,
  expected_revision bigint,
  given_status text,
  given_document_version integer,
  given_request jsonb,
  given_plan jsonb,
  given_placement_version bigint,
  given_state jsonb,
  given_result jsonb,
  given_steps_done integer,
  given_steps_total integer,
  is_over boolean
) returns setof operation language plpgsql as $$
begin
  perform assert_term(given_term);
  return query
  update operation as stored set
    revision = stored.revision + 1,
    status = given_status,
    document_version = given_document_version,
    request = given_request,
    plan = given_plan,
    placement_version = given_placement_version,
    state = given_state,
    result = given_result,
    steps_done = given_steps_done,
    steps_total = given_steps_total,
    updated_at = now(),
    ended_at = case when is_over then coalesce(stored.ended_at, now()) end
  where stored.id = given_id and stored.revision = expected_revision
  returning stored.*;
end
$$;

create function order_node(
  given_term bigint,
  given_name text,
  given_cordoned boolean,
  given_draining boolean
) returns boolean language plpgsql as $$
begin
  perform assert_term(given_term);
  update node set cordoned = given_cordoned, draining = given_draining where name = given_name;
  return found;
end
$$;
