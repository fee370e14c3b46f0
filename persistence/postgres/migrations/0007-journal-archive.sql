-- Segments that no recovery needs, many in one row: compressed, with a checksum. Blocks of a shard follow each other
-- from its first segment without gaps; where they end, journal_segment goes on.
create table journal_archive (
  first_seq bigint not null,
  last_seq bigint not null,
  shard integer not null,
  body bytea not null,
  primary key (shard, last_seq),
  check (first_seq <= last_seq)
) with (toast_tuple_target = 8160);
alter table journal_archive alter column body set storage external;

-- Puts a block into the archive and removes its segments from journal_segment, both or neither. Returns false when
-- another archiver has moved some of them already. Appends and claims never wait for it.
-- Takeover records (kept_seqs) stay as well: the number that an owner appends with that was away is the one of such a
-- record, and must be taken for ever.
create function archive_segments(
  given_shard integer,
  given_first bigint,
  given_last bigint,
  kept_seqs bigint[],
  block bytea
) returns boolean language plpgsql as $$
declare
  removed bigint;
begin
  -- Archivers of one shard take turns ("star").
  perform pg_advisory_xact_lock(1937006962, given_shard);
  if given_first <> 1 + coalesce((select max(last_seq) from journal_archive where shard = given_shard), 0) then
    return false;
  end if;
  if given_last >= (select max(seq) from journal_segment where shard = given_shard) then
    raise exception 'the newest segment of shard % stays in the journal', given_shard using errcode = 'SP003';
  end if;
  if not exists (select from shard_checkpoint where shard = given_shard and seq >= given_last) then
    raise exception 'shard % has no checkpoint at segment % or later', given_shard, given_last using errcode = 'SP003';
  end if;
  insert into journal_archive (first_seq, last_seq, shard, body) values (given_first, given_last, given_shard, block);
  delete from journal_segment
  where shard = given_shard and seq between given_first and given_last and seq <> all(kept_seqs);
  get diagnostics removed = row_count;
  if removed <> given_last - given_first + 1 - cardinality(kept_seqs) then
    raise exception 'segments % to % of shard % are not all there', given_first, given_last, given_shard
      using errcode = 'SP003';
  end if;
  return true;
end
$$;
