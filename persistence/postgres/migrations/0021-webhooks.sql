-- Who outside is told what happens. Secrets sign what is sent, so they are kept as they are; nobody is shown them again.
create table webhook_endpoint (
  id uuid primary key,
  number bigint generated always as identity,
  tenant text not null,
  url text not null,
  types jsonb not null,
  allows_private boolean not null,
  allows_plain boolean not null,
  state text not null default 'active' check (state in ('active', 'paused', 'suspended')),
  reason text,
  secret text not null,
  previous_secret text,
  previous_secret_until_ms bigint,
  created_at_ms bigint not null,
  failing_since_ms bigint,
  last_delivered_at_ms bigint,
  last_failure text,
  revision bigint not null default 1
);

-- How far each of them has been told of each shard. A shard without a row is told from its first segment.
create table webhook_position (
  endpoint uuid not null references webhook_endpoint (id) on delete cascade,
  shard integer not null,
  seq bigint not null,
  primary key (endpoint, shard)
) with (fillfactor = 70);

-- Events that a position has passed and that were not taken yet. Those with died_at_ms are not tried any more.
create table webhook_letter (
  endpoint uuid not null references webhook_endpoint (id) on delete cascade,
  event_id text not null,
  shard integer not null,
  seq bigint not null,
  ordinal integer not null,
  type text not null,
  subject text not null,
  occurred_at_ms bigint not null,
  body text not null,
  attempts integer not null,
  first_failed_at_ms bigint,
  due_at_ms bigint not null,
  last_failure text,
  died_at_ms bigint,
  primary key (endpoint, event_id)
);
create index webhook_dead_letter on webhook_letter (endpoint, died_at_ms desc) where died_at_ms is not null;

-- Stores what a round of attempts has come to, all of it or nothing. Positions must stand where the caller believes: two nodes that
-- deliver for a moment may tell an event twice, and never move past one that the other has not told.
create function record_webhook_round(
  given_endpoint uuid,
  shards integer[],
  old_seqs bigint[],
  new_seqs bigint[],
  settled text[],
  letters jsonb,
  given_failing_since_ms bigint,
  given_last_delivered_at_ms bigint,
  given_last_failure text,
  suspension text
) returns void language plpgsql as $$
declare
  moved bigint;
  begun bigint;
begin
  -- Whoever changes the endpoint, or records for it, takes turns here.
  update webhook_endpoint set
    failing_since_ms = given_failing_since_ms,
    last_delivered_at_ms = given_last_delivered_at_ms,
    last_failure = given_last_failure
  where id = given_endpoint;
  if not found then
    raise exception 'there is no endpoint %', given_endpoint using errcode = 'SP007';
  end if;
  update webhook_position as stored set seq = given.new_seq
  from unnest(shards, old_seqs, new_seqs) as given (shard, old_seq, new_seq)
  where stored.endpoint = given_endpoint and stored.shard = given.shard and stored.seq = given.old_seq;
  get diagnostics moved = row_count;
  insert into webhook_position (endpoint, shard, seq)
  select given_endpoint, given.shard, given.new_seq
  from unnest(shards, old_seqs, new_seqs) as given (shard, old_seq, new_seq)
  where given.old_seq = 0
  on conflict do nothing;
  get diagnostics begun = row_count;
  if moved + begun <> cardinality(shards) then
    raise exception 'another position is stored of endpoint %', given_endpoint using errcode = 'SP007';
  end if;
  delete from webhook_letter where endpoint = given_endpoint and event_id = any (settled);
  insert into webhook_letter as stored
  select given_endpoint, given.event_id, given.shard, given.seq, given.ordinal, given.type, given.subject, given.occurred_at_ms,
    given.body, given.attempts, given.first_failed_at_ms, given.due_at_ms, given.last_failure, given.died_at_ms
  from jsonb_to_recordset(letters) as given (
    event_id text, shard integer, seq bigint, ordinal integer, type text, subject text, occurred_at_ms bigint,
    body text, attempts integer, first_failed_at_ms bigint, due_at_ms bigint, last_failure text, died_at_ms bigint
  )
  on conflict (endpoint, event_id) do update set
    attempts = excluded.attempts,
    first_failed_at_ms = excluded.first_failed_at_ms,
    due_at_ms = excluded.due_at_ms,
    last_failure = excluded.last_failure,
    died_at_ms = excluded.died_at_ms;
  update webhook_endpoint set state = 'suspended', reason = suspension, revision = revision + 1
  where id = given_endpoint and suspension is not null and state = 'active';
end
$$;

-- Takes an endpoint back to these positions where it is past them, and drops dead letters from behind them. Returns in how many shards.
create function take_webhook_back(
  given_endpoint uuid,
  shards integer[],
  seqs bigint[]
) returns integer language plpgsql as $$
declare
  back integer;
begin
  update webhook_endpoint set revision = revision + 1 where id = given_endpoint;
  update webhook_position as stored set seq = given.seq
  from unnest(shards, seqs) as given (shard, seq)
  where stored.endpoint = given_endpoint and stored.shard = given.shard and stored.seq > given.seq;
  get diagnostics back = row_count;
  delete from webhook_letter as letter
  using unnest(shards, seqs) as given (shard, seq)
  where letter.endpoint = given_endpoint and letter.shard = given.shard and letter.seq > given.seq
    and letter.died_at_ms is not null;
  return back;
end
$$;
