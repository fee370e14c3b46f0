import { ConfigError } from "../../config.ts";
import type { OperationWatchOptions } from "../ops.ts";
import { Output } from "../output.ts";
import { followChanges, followToSummary } from "./follow-operation.ts";
import { operationId } from "./operation-name.ts";
import { changeText } from "./operation-text.ts";
import { withCluster, type Session } from "./session.ts";

/** Follows one operation, or all of them, and prints each change that is seen. */
export async function watchOperations(
  text: string | undefined,
  options: OperationWatchOptions,
): Promise<void> {
  if (text === undefined && options.timeout !== undefined)
    throw new ConfigError("--timeout needs an operation to follow");
  await withCluster(options, async (session) => {
    if (text === undefined) return watchAll(session);
    const operation = await session.client.operation(await operationId(session.client, text));
    if (!session.isJson) return followToSummary(operation, session, options);
    await followChanges(operation, session, options, (changed) => session.print(changed, changeText));
  });
}

/** Until Ctrl-C, or until nobody reads any more. */
async function watchAll({ client, signal, isJson, say }: Session): Promise<void> {
  const output = new Output();
  say("watching operations; Ctrl-C ends it");
  try {
    for await (const operation of client.watchAll()) {
      await output.write(`${isJson ? JSON.stringify(operation) : changeText(operation)}\n`);
      if (output.closed) return;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
