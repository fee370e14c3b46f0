import { UnknownVersion } from "../transport/unknown-versions.ts";

/** The version of everything that nodes tell each other about the cluster. */
export const CLUSTER_MESSAGE_VERSION = 1;

/** Something that no release of this program has written. */
class UnreadableMessage extends Error {
  override readonly name = "UnreadableMessage";
}

/** Writes a message as JSON, with its version in front. */
export function encodeMessage(body: unknown): string {
  return JSON.stringify([CLUSTER_MESSAGE_VERSION, body]);
}

/**
 * Reads what {@link encodeMessage} wrote. In every version the first of two is the number of the version. Only nodes of this cluster may publish on its topics, so that a message of this
 * version has the shape that the topic says.
 * @throws {UnknownVersion}
 * @throws {UnreadableMessage}
 */
export function decodeMessage(text: string): unknown {
  const message = parse(text);
  if (!Array.isArray(message) || message.length !== 2) throw new UnreadableMessage("not a message of a node");
  const [version, body] = message as [unknown, unknown];
  if (version === CLUSTER_MESSAGE_VERSION) return body;
  throw new UnknownVersion("cluster message", version, CLUSTER_MESSAGE_VERSION);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnreadableMessage("not a message of a node", { cause: error });
  }
}
