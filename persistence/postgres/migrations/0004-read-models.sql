-- Rows built from the journal for queries. Disposable: emptied and replayed, they come out the same.
create table projected_position (
  shard integer primary key,
  seq bigint not null
);

create table stock (
  tenant text not null,
  id text not null,
  title text,
  description text,
  category text,
  currency text,
  unit_price_minor bigint,
  sale_id text,
  sale_title text,
  sale_unit_price_minor bigint,
  sale_starts_at_ms bigint,
  sale_ends_at_ms bigint,
  sale_limit_per_customer bigint,
  received bigint not null default 0,
  adjusted bigint not null default 0,
  sold bigint not null default 0,
  returned bigint not null default 0,
  held bigint not null default 0,
  on_hand bigint generated always as (received + adjusted - sold + returned) stored,
  available bigint generated always as (received + adjusted - sold + returned - held) stored,
  search_text text generated always as (
    lower(
      coalesce(title, '') || ' ' || coalesce(description, '') || ' ' || coalesce(category, '') || ' ' || id
    )
  ) stored,
  primary key (tenant, id)
) with (fillfactor = 70);

create table orders (
  tenant text not null,
  id text not null,
  customer text,
  cart_id text,
  status text,
  placed_at_ms bigint,
  total_minor bigint,
  tax_minor bigint,
  currency text,
  lines jsonb,
  refusal_code text,
  refunded_minor bigint not null default 0,
  primary key (tenant, id)
) with (fillfactor = 85);
create index orders_of_customer on orders (tenant, customer, placed_at_ms desc);
create index orders_of_cart on orders (tenant, cart_id);
create index orders_by_time on orders (tenant, placed_at_ms desc);

-- Applies changes and moves positions in one transaction. Every change is one object: tenant, id, columns that take a
-- value and columns that grow by one. Positions must stand where the caller believes, so each segment counts once.
create function apply_projection(
  shards integer[],
  old_seqs bigint[],
  new_seqs bigint[],
  stock_changes jsonb,
  order_changes jsonb
) returns void language plpgsql as $$
declare
  moved integer;
begin
  insert into projected_position (shard, seq)
  select shard, 0 from unnest(shards) as given (shard) order by shard
  on conflict do nothing;
  perform 1 from projected_position where shard = any(shards) order by shard for update;
  update projected_position as position set seq = given.new_seq
  from unnest(shards, old_seqs, new_seqs) as given (shard, old_seq, new_seq)
  where position.shard = given.shard and position.seq = given.old_seq and given.old_seq < given.new_seq;
  get diagnostics moved = row_count;
  if moved <> cardinality(shards) then
    raise exception 'the projection of a shard has moved elsewhere' using errcode = 'SP002';
  end if;

  -- The update does not see the rows that the insert beside it makes: each change takes exactly one of the two ways.
  with change as (select value from jsonb_array_elements(stock_changes)),
  made as (
    insert into stock (
      tenant, id, title, description, category, currency, unit_price_minor, sale_id, sale_title,
      sale_unit_price_minor, sale_starts_at_ms, sale_ends_at_ms, sale_limit_per_customer,
      received, adjusted, sold, returned, held
    )
    select
      given.tenant, given.id, given.title, given.description, given.category, given.currency,
      given.unit_price_minor, given.sale_id, given.sale_title, given.sale_unit_price_minor,
      given.sale_starts_at_ms, given.sale_ends_at_ms, given.sale_limit_per_customer,
      coalesce(given.received, 0), coalesce(given.adjusted, 0), coalesce(given.sold, 0),
      coalesce(given.returned, 0), coalesce(given.held, 0)
    from change, jsonb_populate_record(null::stock, change.value) as given
    on conflict do nothing
  )
  update stock as old set
    (
      title, description, category, currency, unit_price_minor, sale_id, sale_title,
      sale_unit_price_minor, sale_starts_at_ms, sale_ends_at_ms, sale_limit_per_customer
    ) = (
      select
        given.title, given.description, given.category, given.currency, given.unit_price_minor, given.sale_id,
        given.sale_title, given.sale_unit_price_minor, given.sale_starts_at_ms, given.sale_ends_at_ms,
        given.sale_limit_per_customer
      from jsonb_populate_record(old, change.value) as given
    ),
    received = received + coalesce((change.value ->> 'received')::bigint, 0),
    adjusted = adjusted + coalesce((change.value ->> 'adjusted')::bigint, 0),
    sold = sold + coalesce((change.value ->> 'sold')::bigint, 0),
    returned = returned + coalesce((change.value ->> 'returned')::bigint, 0),
    held = held + coalesce((change.value ->> 'held')::bigint, 0)
  from change
  where old.tenant = change.value ->> 'tenant' and old.id = change.value ->> 'id';

  with change as (select value from jsonb_array_elements(order_changes)),
  made as (
    insert into orders (
      tenant, id, customer, cart_id, status, placed_at_ms, total_minor, tax_minor, currency, lines, refusal_code,
      refunded_minor
    )
    select
      given.tenant, given.id, given.customer, given.cart_id, given.status, given.placed_at_ms, given.total_minor,
      given.tax_minor, given.currency, given.lines, given.refusal_code, coalesce(given.refunded_minor, 0)
    from change, jsonb_populate_record(null::orders, change.value) as given
    on conflict do nothing
  )
  update orders as old set
    (customer, cart_id, status, placed_at_ms, total_minor, tax_minor, currency, lines, refusal_code) = (
      select
        given.customer, given.cart_id, given.status, given.placed_at_ms, given.total_minor, given.tax_minor,
        given.currency, given.lines, given.refusal_code
      from jsonb_populate_record(old, change.value) as given
    ),
    refunded_minor = refunded_minor + coalesce((change.value ->> 'refunded_minor')::bigint, 0)
  from change
  where old.tenant = change.value ->> 'tenant' and old.id = change.value ->> 'id';
end
$$;
