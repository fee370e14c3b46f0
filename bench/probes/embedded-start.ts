/**
 * How long the embedded Postgres takes to be there: from nothing, with its files there, and when a killed process left
 * it running; and what one durable commit costs. Run: bun bench/probes/embedded-start.ts
 */
import { startEmbeddedPostgres } from "../../persistence/embedded/embedded-postgres.ts";
import { openDatabase } from "../../persistence/postgres/database.ts";
import { silentLog, withProbeDirectory } from "./probe-database.ts";
import { printTable } from "./table.ts";

const ROUNDS = 5;
const COMMITS = 500;

await withProbeDirectory(async (directory) => {
  const start = async () => {
    const startedAtMs = performance.now();
    const server = await startEmbeddedPostgres({ directory, log: silentLog });
    return { server, tookMs: performance.now() - startedAtMs };
  };
  const first = await start();
  let running = first.server;
  const restartsMs: number[] = [];
  const takeoversMs: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      await running.stop();
      const restarted = await start();
      running = restarted.server;
      restartsMs.push(restarted.tookMs);
      takeoversMs.push((await start()).tookMs);
    }
    const commitsMs = await durableCommits(running.url);
    printTable(
      ["what", "median ms"],
      [
        ["from nothing (initdb and start), once", first.tookMs],
        ["files there", median(restartsMs)],
        ["left running by another process", median(takeoversMs)],
        ["one commit of one row, fsync on", median(commitsMs)],
      ],
    );
  } finally {
    await running.stop();
  }
});

async function durableCommits(url: string): Promise<number[]> {
  const database = await openDatabase(url);
  const tookMs: number[] = [];
  try {
    await database.write((sql) => sql`create table probe_commit (number integer primary key)`);
    for (let number = 0; number < COMMITS; number += 1) {
      const startedAtMs = performance.now();
      await database.write((sql) => sql`insert into probe_commit values (${number})`);
      tookMs.push(performance.now() - startedAtMs);
    }
  } finally {
    await database.close();
  }
  return tookMs;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
