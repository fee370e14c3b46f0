-- Products tell whether their sale has a waiting room. All rows are built anew.
truncate projected_position, stock, orders;
alter table stock add column sale_waiting_room boolean;

-- As before, with the new column.
create or replace function advance_projection(
  shards integer[],
  old_seqs bigint[],
  new_seqs bigint[],
  stock_groups jsonb,
  order_groups jsonb
) returns void language plpgsql as $$
declare
  moved integer;
  named jsonb;
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

  -- Arrays are taken apart in the select list, side by side: where a column is not named, its value is null.
  for named in select value from jsonb_array_elements(stock_groups) loop
    insert into stock as old (
      tenant, id, title, description, category, currency, unit_price_minor, sale_id, sale_title,
      sale_unit_price_minor, sale_starts_at_ms, sale_ends_at_ms, sale_limit_per_customer,
      sale_waiting_room, paused_reason, paused_at_ms,
      received, adjusted, sold, returned, held
    )
    select
      given.tenant, given.id, given.title, given.description, given.category, given.currency,
      given.unit_price_minor, given.sale_id, given.sale_title, given.sale_unit_price_minor,
      given.sale_starts_at_ms, given.sale_ends_at_ms, given.sale_limit_per_customer,
      given.sale_waiting_room, given.paused_reason, given.paused_at_ms,
      coalesce(given.received, 0), coalesce(given.adjusted, 0), coalesce(given.sold, 0),
      coalesce(given.returned, 0), coalesce(given.held, 0)
    from (
      select
        jsonb_array_elements_text(named -> 'tenant') as tenant,
        jsonb_array_elements_text(named -> 'id') as id,
        jsonb_array_elements_text(named -> 'title') as title,
        jsonb_array_elements_text(named -> 'description') as description,
        jsonb_array_elements_text(named -> 'category') as category,
        jsonb_array_elements_text(named -> 'currency') as currency,
        jsonb_array_elements_text(named -> 'unit_price_minor')::bigint as unit_price_minor,
        jsonb_array_elements_text(named -> 'sale_id') as sale_id,
        jsonb_array_elements_text(named -> 'sale_title') as sale_title,
        jsonb_array_elements_text(named -> 'sale_unit_price_minor')::bigint as sale_unit_price_minor,
        jsonb_array_elements_text(named -> 'sale_starts_at_ms')::bigint as sale_starts_at_ms,
        jsonb_array_elements_text(named -> 'sale_ends_at_ms')::bigint as sale_ends_at_ms,
        jsonb_array_elements_text(named -> 'sale_limit_per_customer')::bigint as sale_limit_per_customer,
        jsonb_array_elements_text(named -> 'sale_waiting_room')::boolean as sale_waiting_room,
        jsonb_array_elements_text(named -> 'paused_reason') as paused_reason,
        jsonb_array_elements_text(named -> 'paused_at_ms')::bigint as paused_at_ms,
        jsonb_array_elements_text(named -> 'received')::bigint as received,
        jsonb_array_elements_text(named -> 'adjusted')::bigint as adjusted,
        jsonb_array_elements_text(named -> 'sold')::bigint as sold,
        jsonb_array_elements_text(named -> 'returned')::bigint as returned,
        jsonb_array_elements_text(named -> 'held')::bigint as held
    ) as given
    on conflict (tenant, id) do update set
      title = case when named ? 'title' then excluded.title else old.title end,
      description = case when named ? 'description' then excluded.description else old.description end,
      category = case when named ? 'category' then excluded.category else old.category end,
      currency = case when named ? 'currency' then excluded.currency else old.currency end,
      unit_price_minor =
        case when named ? 'unit_price_minor' then excluded.unit_price_minor else old.unit_price_minor end,
      sale_id = case when named ? 'sale_id' then excluded.sale_id else old.sale_id end,
      sale_title = case when named ? 'sale_title' then excluded.sale_title else old.sale_title end,
      sale_unit_price_minor = case
        when named ? 'sale_unit_price_minor' then excluded.sale_unit_price_minor else old.sale_unit_price_minor
      end,
      sale_starts_at_ms =
        case when named ? 'sale_starts_at_ms' then excluded.sale_starts_at_ms else old.sale_starts_at_ms end,
      sale_ends_at_ms =
        case when named ? 'sale_ends_at_ms' then excluded.sale_ends_at_ms else old.sale_ends_at_ms end,
      sale_limit_per_customer = case
        when named ? 'sale_limit_per_customer' then excluded.sale_limit_per_customer
        else old.sale_limit_per_customer
      end,
      sale_waiting_room =
        case when named ? 'sale_waiting_room' then excluded.sale_waiting_room else old.sale_waiting_room end,
      paused_reason = case when named ? 'paused_reason' then excluded.paused_reason else old.paused_reason end,
      paused_at_ms = case when named ? 'paused_at_ms' then excluded.paused_at_ms else old.paused_at_ms end,
      received = old.received + excluded.received,
      adjusted = old.adjusted + excluded.adjusted,
      sold = old.sold + excluded.sold,
      returned = old.returned + excluded.returned,
      held = old.held + excluded.held;
  end loop;

  for named in select value from jsonb_array_elements(order_groups) loop
    insert into orders as old (
      tenant, id, customer, cart_id, status, placed_at_ms, total_minor, tax_minor, currency, lines, refusal_code,
      refunded_minor
    )
    select
      given.tenant, given.id, given.customer, given.cart_id, given.status, given.placed_at_ms, given.total_minor,
      given.tax_minor, given.currency, nullif(given.lines, 'null'), given.refusal_code, coalesce(given.refunded_minor, 0)
    from (
      select
        jsonb_array_elements_text(named -> 'tenant') as tenant,
        jsonb_array_elements_text(named -> 'id') as id,
        jsonb_array_elements_text(named -> 'customer') as customer,
        jsonb_array_elements_text(named -> 'cart_id') as cart_id,
        jsonb_array_elements_text(named -> 'status') as status,
        jsonb_array_elements_text(named -> 'placed_at_ms')::bigint as placed_at_ms,
        jsonb_array_elements_text(named -> 'total_minor')::bigint as total_minor,
        jsonb_array_elements_text(named -> 'tax_minor')::bigint as tax_minor,
        jsonb_array_elements_text(named -> 'currency') as currency,
        jsonb_array_elements(named -> 'lines') as lines,
        jsonb_array_elements_text(named -> 'refusal_code') as refusal_code,
        jsonb_array_elements_text(named -> 'refunded_minor')::bigint as refunded_minor
    ) as given
    on conflict (tenant, id) do update set
      customer = case when named ? 'customer' then excluded.customer else old.customer end,
      cart_id = case when named ? 'cart_id' then excluded.cart_id else old.cart_id end,
      status = case when named ? 'status' then excluded.status else old.status end,
      placed_at_ms = case when named ? 'placed_at_ms' then excluded.placed_at_ms else old.placed_at_ms end,
      total_minor = case when named ? 'total_minor' then excluded.total_minor else old.total_minor end,
      tax_minor = case when named ? 'tax_minor' then excluded.tax_minor else old.tax_minor end,
      currency = case when named ? 'currency' then excluded.currency else old.currency end,
      lines = case when named ? 'lines' then excluded.lines else old.lines end,
      refusal_code = case when named ? 'refusal_code' then excluded.refusal_code else old.refusal_code end,
      refunded_minor = old.refunded_minor + excluded.refunded_minor;
  end loop;
end
$$;
