import type { Command } from "commander";
import type { StartOptions } from "../config.ts";

/** Adds `stampede start`. */
export function registerStart(program: Command): void {
  program
    .command("start")
    .description("Open the shop: storefront, API and engine in one process, with an embedded Postgres.")
    .option(
      "--name <name>",
      "what the shop is called on its pages, such as 'Corner Shop' (default: Stampede)",
    )
    .option("--port <number>", "port of the storefront and the API; 0 takes a free one (default: 7070)")
    .option("--host <address>", "address to listen on (default: 127.0.0.1)")
    .option("--admin-port <number>", "port of health, metrics, the admin API and the console (default: 7071)")
    .option("--admin-host <address>", "address of these (default: 127.0.0.1)")
    .option("--data <directory>", "directory of the shop's data (default: .stampede)")
    .option("--fresh", "begin with an empty shop: removes the embedded database first")
    .option("--take-over", "take DATABASE_URL over from the shop that is open on it: that one ends")
    .option(
      "--node <name>",
      "name of this node in its cluster, with NATS_URL (default: the name of the machine)",
    )
    .option(
      "--cluster <name>",
      "name of the cluster, with NATS_URL: its nodes hear each other only (default: stampede)",
    )
    .option("--no-demo", "do not list the demo catalogue in an empty shop")
    .option("--lanes <number>", "worker threads that own shards (default: half of the processors, at most 8)")
    .option("--gateways <number>", "worker threads that serve sockets (default: 1)")
    .option("--allow-origin <origin...>", "other web origins whose pages may use the API")
    .option("--secure-cookies", "the shop is behind TLS: browsers carry its cookie over TLS only")
    .option("--log-level <level>", "debug, info, warn or error (default: info)")
    .addHelpText(
      "after",
      `
Environment:
  STAMPEDE_NAME          what the shop is called, where --name does not say so
  DATABASE_URL           a Postgres to use in place of the embedded one
  STAMPEDE_SECRET        signs sessions; at least 32 characters; made and kept in the data directory when not set
  STAMPEDE_ADMIN_TOKEN   lets operators in; at least 32 letters, digits or . _ ~ + / = -; made and kept likewise
  NATS_URL               makes this a node of a cluster: nats://host:4222 or tls://host:4222, several with commas
                         between; its nodes share it, DATABASE_URL, STAMPEDE_SECRET and STAMPEDE_ADMIN_TOKEN: set all four
  NATS_USER, NATS_PASSWORD, NATS_CREDS (a file), NATS_CA (a file)
                         how to enter NATS, and whom to trust there

Ctrl-C, or closing its terminal, ends the shop; nothing that was acknowledged is lost, however it ends. A node of a
cluster gives its shards away first.
Ends with 0 when it was told to, 1 after a fault, 2 when a setting cannot be used, and 3 when another process has taken
its place: then it must not be started again beside that one.`,
    )
    .action(async (options: StartOptions) => {
      const { runShop } = await import("../shop/run-shop.ts");
      await runShop(options);
    });
}
