-- Letters are found with and without their marks: `cafe` and `Café` are one word to a search, and to what a mistyped one may mean.
-- Trigrams know no other letters than those of ASCII where the locale is that of Postgres itself, as it is of an embedded one.
create function plain_letters(given text) returns text
language sql stable strict parallel safe
return case
  when octet_length(given) = length(given) or getdatabaseencoding() <> 'UTF8' then lower(given)
  -- Taken apart, and put together again without the marks: other scripts stay as they were.
  else lower(normalize(regexp_replace(normalize(given, nfd), '[\u0300-\u036f]', '', 'g'), nfc))
end;

-- A generated column would be worked out with every change of the stock, many times a second in a sale.
alter table stock alter column search_text drop expression;
create function write_search_text() returns trigger language plpgsql as $$
begin
  new.search_text := plain_letters(
    coalesce(new.title, '') || ' ' || coalesce(new.description, '') || ' ' || coalesce(new.category, '') || ' ' || new.id
  );
  return new;
end
$$;
create trigger stock_has_text before insert on stock for each row execute function write_search_text();
create trigger stock_has_other_text before update on stock
  for each row when (
    (new.title, new.description, new.category) is distinct from (old.title, old.description, old.category)
    or new.search_text is distinct from old.search_text
  )
  execute function write_search_text();
update stock set search_text = '';
delete from catalogue_word;
select learn_words(tenant, search_text) from stock where title is not null;

-- As before, but for words that no product has any more: they say what nothing is found for.
create or replace function words_meant(asking_tenant text, words text[])
returns table (mistyped text, meant text)
language sql stable
set pg_trgm.similarity_threshold = 0.25
as $$
  select typed.word, nearest.word
  from unnest(words) as typed (word)
  cross join lateral (
    select likely.word
    from (
      select known.word, similarity(known.word, plain_letters(typed.word)) as likeness
      from catalogue_word as known
      where known.tenant = asking_tenant and known.word % plain_letters(typed.word)
      order by likeness desc, known.word limit 8
    ) as likely
    where exists (
      select from stock
      where tenant = asking_tenant and title is not null and search_text like '%' || likely.word || '%'
    )
    order by likely.likeness desc, likely.word limit 1
  ) as nearest
$$;
