-- Words of shoppers are found by their trigrams, not by reading every product. Rows of `stock` change many times a second in a sale, but
-- not their text, so that these updates stay within their page (HOT) and do not touch this index.
create extension if not exists pg_trgm;
create index stock_by_text on stock using gin (search_text gin_trgm_ops);

-- Every word that a product has, or has had, to find what a mistyped one was meant to be. Disposable, as read models are.
create table catalogue_word (
  tenant text not null,
  word text not null,
  primary key (tenant, word)
);
create index catalogue_word_by_trigrams on catalogue_word using gin (word gin_trgm_ops);

create function learn_words(learning_tenant text, product_text text) returns void
language sql
-- In order, so that two who learn the same words never wait for each other in a circle.
begin atomic
  insert into catalogue_word (tenant, word)
  select distinct learning_tenant, word from regexp_split_to_table(product_text, '[^[:alpha:]]+') as word
  where length(word) between 3 and 40
  order by word
  on conflict do nothing;
end;

create function learn_words_of_product() returns trigger language plpgsql as $$
begin
  perform learn_words(new.tenant, new.search_text);
  return null;
end
$$;
create trigger stock_has_words after insert on stock
  for each row when (new.title is not null) execute function learn_words_of_product();
create trigger stock_has_other_words after update on stock
  for each row when (new.title is not null and old.search_text is distinct from new.search_text)
  execute function learn_words_of_product();
select learn_words(tenant, search_text) from stock where title is not null;

-- The word of the catalogue that is most like each of these, where there is any.
create function words_meant(asking_tenant text, words text[])
returns table (mistyped text, meant text)
language sql stable
-- Two letters in the wrong order leave little more than a quarter of the trigrams of a word.
set pg_trgm.similarity_threshold = 0.25
as $$
  select typed.word, nearest.word
  from unnest(words) as typed (word)
  cross join lateral (
    select known.word from catalogue_word as known
    where known.tenant = asking_tenant and known.word % typed.word
    order by similarity(known.word, typed.word) desc, known.word limit 1
  ) as nearest
$$;
