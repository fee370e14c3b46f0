-- At most one row: the cluster whose nodes share this database. The first of them to start gives its name.
create table cluster_name (
  singleton boolean primary key default true check (singleton),
  name text not null
);

-- An operation is stored as it will be carried out at once: whoever reads it never finds one without its plan.
create function add_operation(
  given_term bigint,
  given_id uuid,
  given_kind text,
  given_status text,
  given_asked_by text,
  given_document_version integer,
  given_request jsonb,
  given_plan jsonb,
  given_placement_version bigint
) returns setof operation language plpgsql as $$
begin
  perform assert_term(given_term);
  insert into operation (id, kind, status, asked_by, document_version, request, plan, placement_version)
  values (
    given_id, given_kind, given_status, given_asked_by, given_document_version,
    given_request, given_plan, given_placement_version
  )
  on conflict (id) do nothing;
  return query select * from operation where id = given_id;
end
$$
