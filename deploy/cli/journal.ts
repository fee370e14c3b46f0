import type { Command } from "commander";
import { addDataOption } from "./data-option.ts";
import { pastTime } from "./past-time.ts";
import { wholeNumber } from "./whole-number.ts";

/** What every journal command takes. */
export interface JournalOptions {
  readonly data: string;
  readonly json?: boolean;
}

/** What `stampede journal show` takes beside its address. */
export interface JournalShowOptions extends JournalOptions {
  readonly after: number;
  readonly limit?: number;
  readonly messages?: boolean;
}

/** What `stampede journal check` takes. */
export interface JournalCheckOptions extends JournalOptions {
  /** As it was written: only the database knows how many there are. */
  readonly shard?: string;
}

/** What `stampede journal archive` takes. */
export interface JournalArchiveOptions extends JournalOptions {
  /** Milliseconds since the epoch. */
  readonly before: number;
  readonly dryRun?: boolean;
}

const SHOP = "of the shop in --data (or DATABASE_URL), running or stopped";

/** Adds `stampede journal`. */
export function registerJournal(program: Command): void {
  const journal = program.command("journal").description("Read, check and archive the journal of a shop.");
  registerShow(journal);
  registerCheck(journal);
  registerArchive(journal);
}

function registerShow(journal: Command): void {
  addJournalOptions(
    journal
      .command("show")
      .description("Print the history of one actor and the state that it leads to.")
      .argument("<address>", "the actor, as tenant/kind/id: shop/inventory/AUD-HALO-MIDNIGHT"),
    "print one JSON document per line: each segment, then the state",
  )
    .option("--after <segment>", "only what came after this segment", wholeNumber(0, 1e15), 0)
    .option("--limit <number>", "at most so many segments", wholeNumber(1, 1e9))
    .option("--messages", "look in all other shards too, for messages to the actor (reads the whole journal)")
    .addHelpText(
      "after",
      `
Kinds are inventory (id: the SKU), cart, and order (id: its number, CART~N). Amounts are shown in their currency, times in
UTC, and means of payment not at all. The state is folded from the actor's first event whatever is printed, and compared
with its snapshot.

Reads the journal ${SHOP}, and changes nothing.
Ends with 0; with 1 when nothing ever happened to the actor, or its snapshot or history is not as it should be.`,
    )
    .action(async (address: string, options: JournalShowOptions) => {
      const { showJournal } = await import("./journal-show.ts");
      await showJournal(address, options);
    });
}

function registerCheck(journal: Command): void {
  addJournalOptions(
    journal
      .command("check")
      .description("Read everything that is stored and compare it with its checksums, numbers and epochs."),
  )
    .option("--shard <number>", "only this shard, from 0")
    .addHelpText(
      "after",
      `
Segments, archived or not: checksum, number without gaps, epoch, time of their commit. Blocks of the archive, checkpoints
and snapshots: checksum, version, place in the journal. Owners: their epoch. Goes on behind whatever is wrong.
What the content says is proved by: stampede verify

Reads the database ${SHOP}, and changes nothing.
Ends with 0 when everything is as it was written, else with 1.`,
    )
    .action(async (options: JournalCheckOptions) => {
      const { checkShopJournal } = await import("./journal-check.ts");
      await checkShopJournal(options);
    });
}

function registerArchive(journal: Command): void {
  addJournalOptions(
    journal
      .command("archive")
      .description("Move old segments that no recovery needs into compressed blocks, in the same database."),
  )
    .requiredOption(
      "--before <date>",
      "what is older goes: 2026-01-31, 2026-01-31T18:00Z, or an age such as 30d, 12h, 8w",
      pastTime(Date.now()),
    )
    .option("--dry-run", "only say what would be moved")
    .addHelpText(
      "after",
      `
Works on the database ${SHOP}. Commands of the shop go on meanwhile, and all that
reads the journal reads archived segments too. It may be interrupted, run twice or on several machines at once.
Stays where it is: what follows a shard's last checkpoint, its newest segment, and records of takeovers.

New segments take the room that becomes free. To give it back to the disk, close the shop and run: vacuum full journal_segment
Ends with 0; with 1 when a segment is damaged or missing, which is then not moved.`,
    )
    .action(async (options: JournalArchiveOptions) => {
      const { archiveShopJournal } = await import("./journal-archive.ts");
      await archiveShopJournal(options);
    });
}

function addJournalOptions(command: Command, json = "print the result as JSON"): Command {
  return addDataOption(command).option("--json", json);
}
