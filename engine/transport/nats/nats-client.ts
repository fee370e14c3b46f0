import { readFile } from "node:fs/promises";
import {
  connect,
  credsAuthenticator,
  errors,
  type NatsConnection,
  type NodeConnectionOptions,
} from "@nats-io/transport-node";
import type { NatsBusDependencies } from "./nats-bus.ts";
import type { NatsOptions } from "./nats-options.ts";

// What a bus needs of the library that speaks with NATS servers; it is loaded when the first connection is made.
export { connectionTrouble } from "./connection-trouble.ts";
export { NatsSession } from "./nats-session.ts";

const CONNECT_MS = 3_000;

/** What a user may not do, as the server says it. */
export interface Denial {
  readonly operation: string;
  readonly subject: string;
}

/** One attempt to connect. @throws what {@link connectionTrouble} tells in a sentence. */
export async function connectToNats({
  options,
  name,
  replyTopic,
}: Omit<NatsBusDependencies, "clock" | "log">): Promise<NatsConnection> {
  const { servers, user, password, credentialsFile } = options;
  return connect({
    servers: [...servers],
    name,
    inboxPrefix: replyTopic,
    // A new connection is made in place of a broken one, whose buffers would be sent late.
    reconnect: false,
    ignoreClusterUpdates: true,
    timeout: CONNECT_MS,
    noAsyncTraces: true,
    ...(user === undefined ? {} : { user, pass: password ?? "" }),
    ...(credentialsFile === undefined
      ? {}
      : { authenticator: credsAuthenticator(await readNamed("NATS_CREDS", credentialsFile)) }),
    ...(await encryption(options)),
  });
}

/** What the server denies the user of a connection, as long as that lasts. */
export async function* denialsOf(connection: NatsConnection): AsyncGenerator<Denial> {
  for await (const status of connection.status())
    if (status.type === "error" && status.error instanceof errors.PermissionViolationError)
      yield status.error;
}

async function encryption({
  isEncrypted,
  authorityFile,
}: NatsOptions): Promise<Pick<NodeConnectionOptions, "tls">> {
  if (authorityFile !== undefined) {
    const authority = await readNamed("NATS_CA", authorityFile);
    return { tls: { ca: authority.toString() } };
  }
  return isEncrypted ? { tls: {} } : {};
}

async function readNamed(setting: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new Error(`${setting} names a file that cannot be read: ${file}`, { cause: error });
  }
}
