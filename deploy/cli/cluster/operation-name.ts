import { OPERATION_ID, OPERATIONS_SHOWN_MAX } from "../../admin/api/admin-limits.ts";
import { ConfigError } from "../../config.ts";
import type { AdminClient } from "./admin-client.ts";

const NAME_LENGTH = 8;
const NAME = /^[0-9a-f]{6,12}$/;

/** The end of an operation's id, which differs where operations of one minute begin alike. */
export function operationName(id: string): string {
  return id.slice(-NAME_LENGTH);
}

/**
 * Finds the id of an operation that is named by it, or by the end of it.
 * @throws {ConfigError} when there is none, or more than one.
 */
export async function operationId(client: AdminClient, text: string): Promise<string> {
  if (OPERATION_ID.test(text)) return text;
  if (!NAME.test(text))
    throw new ConfigError(
      `the operation must be an id, or 6 to 12 digits of its end; it is ${JSON.stringify(text)}`,
    );
  const { operations } = await client.operations(OPERATIONS_SHOWN_MAX);
  const [first, ...more] = operations.filter(({ id }) => id.endsWith(text));
  if (first === undefined)
    throw new ConfigError(`none of the last ${OPERATIONS_SHOWN_MAX} operations ends with ${text}`);
  if (more.length > 0) throw new ConfigError(`more than one operation ends with ${text}; give the whole id`);
  return first.id;
}
