/**
 * Commands per second and their latency when each command has a commit of its own, and when the next batch fills while
 * one commit is in flight. Clients send the next command when the last is durable. Run: bun bench/probes/group-commit.ts
 */
import type { Claim, Journal } from "../../engine/ports/journal.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { holdsBody } from "./holds.ts";
import { withProbeDatabase } from "./probe-database.ts";
import { printTable } from "./table.ts";

const CELL_MS = 1_500;
const CLIENTS = [1, 16, 256, 1_000];
const LATENCIES_MAX = 2_000_000;

/** One ordered stream of commits to one shard, as a lane has it. */
class Stream {
  readonly #journal: Journal;
  readonly #claim: Claim;
  #seq: number;
  #waiting: (() => void)[] = [];
  #running = false;
  commits = 0;
  /** Most commands in one commit. */
  batchMax = 1;

  constructor(journal: Journal, claim: Claim) {
    this.#journal = journal;
    this.#claim = claim;
    this.#seq = claim.seq;
  }

  /** Makes one command durable. */
  commit(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve);
      if (!this.#running) this.#run().catch(reject);
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    // Like a lane's turn: what has arrived already is taken in first, and so is what clients send when answered.
    await turn();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.batchMax);
      this.#seq += 1;
      this.commits += 1;
      const { shard, epoch } = this.#claim;
      const body = holdsBody(batch.length);
      await this.#journal.append([{ shard, epoch, seq: this.#seq, batchId: crypto.randomUUID(), body }]);
      for (const durable of batch) durable();
      await turn();
    }
    this.#running = false;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

interface Measured {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly perCommit: number;
}

async function measure(stream: Stream, clients: number, batchMax: number): Promise<Measured> {
  stream.batchMax = batchMax;
  const latenciesMs: number[] = [];
  const commitsBefore = stream.commits;
  const startedAtMs = performance.now();
  const client = async (): Promise<void> => {
    while (performance.now() - startedAtMs < CELL_MS && latenciesMs.length < LATENCIES_MAX) {
      const sentAtMs = performance.now();
      await stream.commit();
      latenciesMs.push(performance.now() - sentAtMs);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - startedAtMs) / 1_000;
  latenciesMs.sort((a, b) => a - b);
  const percentile = (share: number): number => latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0;
  return {
    perSecond: latenciesMs.length / seconds,
    p50Ms: percentile(0.5),
    p99Ms: percentile(0.99),
    perCommit: latenciesMs.length / (stream.commits - commitsBefore),
  };
}

await withProbeDatabase(async (database) => {
  const journal = postgresJournal(database);
  const [claim] = await journal.claim([7], "probe");
  if (claim === undefined) throw new Error("the shard was not claimed");
  const stream = new Stream(journal, claim);
  await measure(stream, 16, 1);
  const rows: (string | number)[][] = [];
  for (const clients of CLIENTS) {
    const single = await measure(stream, clients, 1);
    const grouped = await measure(stream, clients, Number.POSITIVE_INFINITY);
    const { perSecond, p50Ms, p99Ms, perCommit } = grouped;
    rows.push([clients, single.perSecond, single.p50Ms, single.p99Ms, perSecond, p50Ms, p99Ms, perCommit]);
  }
  await journal.close();
  const single = ["one commit each: commands/s", "p50 ms", "p99 ms"];
  const grouped = ["as it fills: commands/s", "p50 ms", "p99 ms", "commands per commit"];
  printTable(["clients", ...single, ...grouped], rows);
});
