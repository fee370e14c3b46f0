-- One row: which shop this database is, and how many shards its actors are spread over, for ever.
create table shop (
  singleton boolean primary key default true check (singleton),
  shop_id uuid not null default gen_random_uuid(),
  shard_count integer not null check (shard_count > 0),
  created_at timestamptz not null default now()
);
