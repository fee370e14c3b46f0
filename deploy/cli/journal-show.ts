import { shopDeciders } from "../../actors/shop.ts";
import { formatAddress, type Address } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import { ActorHistory, type HistoryEnd, type HistoryStep } from "../../engine/operator/actor-history.ts";
import { Inbox } from "../../engine/operator/inbox.ts";
import { defaultLaneLimits } from "../../engine/lane/limits.ts";
import type { Journal } from "../../engine/ports/journal.ts";
import { shardOf } from "../../engine/routing/shard-hash.ts";
import { UpcastingJournal } from "../../engine/upcasting/upcasting-journal.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { postgresSnapshots } from "../../persistence/postgres/snapshots.ts";
import { consoleLog } from "./console-log.ts";
import { withoutSecrets } from "./field-layout.ts";
import { journalAddress } from "./journal-address.ts";
import { openJournalDatabase } from "./journal-database.ts";
import { JournalShowText } from "./journal-show-text.ts";
import type { JournalShowOptions } from "./journal.ts";
import { Output } from "./output.ts";
import { progress } from "./progress.ts";
import { databaseLine, type ShopDatabase } from "./shop-database.ts";

/** How a history is written: for people or for programs. */
interface Writer {
  pass(step: HistoryStep): void;
  step(step: HistoryStep): string;
  end(end: HistoryEnd): string;
}

/** Prints the history of one actor, and sets the exit code: 1 when there is none, or it is not as it should be. */
export async function showJournal(text: string, options: JournalShowOptions): Promise<void> {
  const address = journalAddress(
    text,
    shopDeciders.map(({ kind }) => kind),
  );
  const shopDatabase = await openJournalDatabase(options.data);
  const deciders = new Map(shopDeciders.map((decider) => [decider.kind, decider]));
  const journal = new UpcastingJournal(postgresJournal(shopDatabase.database), deciders);
  try {
    await show(address, shopDatabase, journal, options);
  } finally {
    await journal.close();
    await shopDatabase.close();
  }
}

async function show(
  address: Address,
  shopDatabase: ShopDatabase,
  journal: Journal,
  { after, limit = Number.POSITIVE_INFINITY, messages, json }: JournalShowOptions,
): Promise<void> {
  const { database, shardCount } = shopDatabase;
  const shard = shardOf(address, shardCount);
  const decider = shopDeciders.find(({ kind }) => kind === address.kind);
  assert(decider !== undefined, "the kind of an address was looked up");
  let damaged = false;
  const log = { ...consoleLog, error: () => void (damaged = true) };
  const [snapshot] = await postgresSnapshots(database, { log }).load(shard, [address]);
  const inbox = messages === true ? await collect(journal, address, shard) : new Inbox(address);
  const history = new ActorHistory({
    address,
    decider,
    shard,
    settledKeysMax: defaultLaneLimits.keysPerActorMax,
    snapshot,
    inbox,
  });
  const writer = json === true ? jsonWriter : new JournalShowText();
  const output = new Output();
  if (json !== true) await output.write(databaseLine(shopDatabase));
  let [seen, printed] = [0, 0];
  for await (const page of journal.read(shard, 0)) {
    if (output.closed) return;
    for (const segment of page) {
      const step = history.take(segment);
      if (step === undefined) continue;
      seen += 1;
      if (step.seq > after && printed < limit) {
        printed += 1;
        await output.write(writer.step(step));
      } else writer.pass(step);
    }
  }
  if (seen === 0)
    throw new Error(
      `nothing ever happened to ${formatAddress(address)} (addresses are case-sensitive; an order's id is CART~N)`,
    );
  const end = history.end();
  await output.write(writer.end(end));
  if (printed < seen && json !== true)
    await output.write(`${printed} of ${seen} segments are printed; the state is that after all of them\n`);
  if (damaged) process.stderr.write("the snapshot is damaged: it will not be used\n");
  const isSound = end.broken === undefined && ["agrees", "none"].includes(end.snapshot.type);
  process.exitCode = isSound && !damaged ? 0 : 1;
}

/** All messages of other shards to the actor. */
async function collect(journal: Journal, address: Address, ownShard: number): Promise<Inbox> {
  const inbox = new Inbox(address);
  const others = (await journal.heads()).filter(([shard]) => shard !== ownShard);
  const shown = progress(
    "looking for messages in segments",
    others.reduce((sum, [, head]) => sum + head, 0),
  );
  let read = 0;
  for (const [shard] of others) {
    for await (const page of journal.read(shard, 0)) {
      for (const segment of page) inbox.add(segment);
      read += page.length;
      shown.update(read);
    }
  }
  shown.finish();
  return inbox;
}

const jsonWriter: Writer = {
  pass: () => undefined,
  step: (step) => `${JSON.stringify({ type: "segment", ...step }, withoutSecrets)}\n`,
  end: (end) => `${JSON.stringify({ type: "state", ...end }, withoutSecrets)}\n`,
};
