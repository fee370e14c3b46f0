import { chmod, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "../embedded/embedded-postgres.ts";
import type { EmbeddedPostgres } from "../embedded/embedded-postgres.ts";
import { layOutCluster } from "./ready-cluster.ts";
import { silentLog } from "./silent-log.ts";

const DIRECTORY_PREFIX = "stampede-test-";

let server: Promise<EmbeddedPostgres> | undefined;

/** The Postgres server of this process's tests: started when first asked for, gone with the process. */
export function testServer(): Promise<EmbeddedPostgres> {
  server ??= start();
  return server;
}

/** A new folder for a test's files that the server's user may enter. */
export async function testDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), DIRECTORY_PREFIX));
  await chmod(directory, 0o755);
  return directory;
}

async function start(): Promise<EmbeddedPostgres> {
  const directory = await testDirectory();
  await layOutCluster(directory);
  const started = await startEmbeddedPostgres({ directory, log: silentLog });
  await removeWithUs(directory);
  return started;
}

// Its standard input ends when this process does, however that comes about: a test run may be killed at any moment. A run of
// several processes ends what a test file has started when the file is over, by SIGTERM: then the server stops, but leaves
// its files, so that its watcher has to be ready for that before anybody gets the server.
// The server's number may be another's once it has ended by itself; its own file, which goes with it, says whether it has.
async function removeWithUs(directory: string): Promise<void> {
  const script = `
    remove() {
      trap "" TERM
      pid=$(head -n 1 "$0/postgres/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid"
      while [ -e "$0/postgres/postmaster.pid" ] && kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
      rm -rf "$0"
      exit
    }
    trap remove TERM
    echo ready
    read _
    remove`;
  const watcher = Bun.spawn(["sh", "-c", script, directory], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
    detached: true,
  });
  watcher.unref();
  await watcher.stdout.getReader().read();
}
