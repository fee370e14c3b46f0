import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { OwnershipLost } from "../../engine/ports/journal.ts";
import type { Claim, Journal } from "../../engine/ports/journal.ts";
import { eventually } from "../testing/condition.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import type { MigratedDatabase } from "../testing/migrated-database.ts";
import { refusal } from "../testing/refusal.ts";
import { readAll, segmentsAfter } from "../testing/samples.ts";
import { postgresJournal } from "./journal.ts";

const ROUNDS = 200;
const CLAIMANTS = 3;
const SHARDS = [1, 2, 3];
const TURNS_MAX = 4;

/** A process that owns shards, or believes so. */
interface Contender {
  readonly name: string;
  readonly journal: Journal;
  claims: readonly Claim[];
  /** Marks of the appends that it was told are stored. */
  readonly stored: number[];
}

describe("several that take the same shards over at once", () => {
  let subject: MigratedDatabase;
  let contenders: Contender[];

  beforeAll(async () => {
    subject = await migratedDatabase();
    contenders = Array.from({ length: CLAIMANTS + 1 }, (_, index) => ({
      name: `node-${index}`,
      journal: postgresJournal(subject.url),
      claims: [],
      stored: [],
    }));
  });
  afterAll(async () => {
    await Promise.all(contenders.map(({ journal }) => journal.close()));
    await subject.close();
  });

  let mark = 0;

  /** Appends until it is fenced. */
  async function appendSome(contender: Contender, turns: number): Promise<void> {
    for (let turn = 0; turn < turns; turn += 1) {
      mark += 1;
      const own = mark;
      if ((await refusal(contender.journal.append(segmentsAfter(contender.claims, own)))) === "fenced")
        return;
      contender.stored.push(own);
      contender.claims = contender.claims.map((claim) => ({ ...claim, seq: claim.seq + 1 }));
    }
  }

  /** The last owner works on, and may lose a reply and claim again, while the others take over at random moments. */
  async function round(seed: number): Promise<void> {
    const throwDice = dice(seed);
    const [owner, ...successors] = shuffled(contenders, throwDice) as [Contender, ...Contender[]];
    owner.claims = await owner.journal.claim(SHARDS, owner.name);
    const working = appendSome(owner, 2 + Math.floor(throwDice() * TURNS_MAX)).then(async () => {
      if (throwDice() < 0.5) return;
      try {
        owner.claims = await owner.journal.reclaim(shuffled(SHARDS, throwDice), owner.name);
      } catch (error) {
        expect(error).toBeInstanceOf(OwnershipLost);
        return;
      }
      await appendSome(owner, 2);
    });
    const taking = successors.map(async (successor) => {
      await pauseFor(Math.floor(throwDice() * 4));
      successor.claims = await successor.journal.claim(shuffled(SHARDS, throwDice), successor.name);
      await appendSome(successor, Math.floor(throwDice() * TURNS_MAX));
    });
    await Promise.all([working, ...taking]);
  }

  async function owners(): Promise<readonly string[]> {
    const names: string[] = [];
    for (const { name, journal } of contenders) {
      const answer = await journal.confirm(SHARDS, name).then(
        () => "owner",
        () => "not",
      );
      if (answer === "owner") names.push(name);
    }
    return names;
  }

  test(`exactly one can append afterwards, epochs rise, no number is missing (${ROUNDS} schedules)`, async () => {
    const [level] = await subject.database.sql<{ transaction_isolation: string }[]>`
        show transaction_isolation`;
    expect(level?.transaction_isolation).toBe("read committed");
    for (let seed = 1; seed <= ROUNDS; seed += 1) {
      await round(seed);
      const answers: string[] = [];
      for (const contender of contenders) {
        mark += 1;
        const answer = await refusal(contender.journal.append(segmentsAfter(contender.claims, mark)));
        if (answer === "stored") {
          answers.push(contender.name);
          contender.stored.push(mark);
        }
      }
      expect({ seed, answers }).toEqual({ seed, answers: [...(await owners())] });
      expect(answers).toHaveLength(1);
    }
    const acknowledged = contenders.flatMap(({ stored }) => stored).sort((left, right) => left - right);
    for (const shard of SHARDS) {
      // Reading refuses a missing number.
      const segments = await readAll(contenders[0]?.journal as Journal, shard);
      const takeovers = segments.filter(({ body }) => body.takeover !== undefined);
      expect(takeovers.map(({ epoch }) => epoch)).toEqual(takeovers.map((_, index) => index + 1));
      const epochs = segments.map(({ epoch }) => epoch);
      expect(epochs).toEqual(epochs.toSorted((left, right) => left - right));
      const marks = segments.filter(({ body }) => body.takeover === undefined).map(({ body }) => body.atMs);
      expect(marks.toSorted((left, right) => left - right)).toEqual(acknowledged);
    }
  }, 60_000);

  test("a repeated claim that meets a takeover in flight waits for it, and takes nothing back", async () => {
    const [owner] = contenders as [Contender];
    owner.claims = await owner.journal.claim([7, 8], owner.name);
    const slow = subject.raw();
    await slow`begin`;
    await slow`
      select claim_shards('successor', gen_random_uuid(), '{7,8}', array_agg(body order by shard))
      from journal_segment where shard in (7, 8) and seq = 1`;
    const reclaiming = owner.journal.reclaim([8, 7], owner.name).then(
      () => "claimed",
      (error: unknown) => error,
    );
    await eventually("the repeated claim waits for the takeover", async () => {
      const rows = await subject.database.sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return rows.length > 0;
    });
    await slow`commit`;
    expect(await reclaiming).toBeInstanceOf(OwnershipLost);
    expect(await owner.journal.heads()).toContainEqual([7, 2]);
  });

  test("a claim that its owner has given up is given up by the server, too", async () => {
    const { sql } = subject.database;
    const journal = postgresJournal(subject.url, { appendDeadlineMs: 100, readDeadlineMs: 600_000 });
    await journal.claim([12], "patient");
    await sql.begin(async (locking) => {
      await locking`select from shard_owner where shard = 12 for update`;
      await expect(journal.reclaim([12], "patient")).rejects.toThrow();
      await eventually("the server works on nothing of it", async () => {
        const waiting = await sql`
          select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
        return waiting.length === 0;
      });
    });
    await journal.close();
  });
});

/** A repeatable throw of dice. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function shuffled<Item>(items: readonly Item[], throwDice: () => number): Item[] {
  return items
    .map((item) => [throwDice(), item] as const)
    .toSorted(([left], [right]) => left - right)
    .map(([, item]) => item);
}

/** Lets others go first, so many turns of the event loop. */
async function pauseFor(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
