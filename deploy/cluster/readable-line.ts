import { z } from "zod";

const recordSchema = z.looseObject({
  level: z.string(),
  time: z.string(),
  thread: z.string(),
  msg: z.string(),
});

/** A line of a node's log for people: when, who, what. Anything else that a node says stays as it is. */
export function readableLine(node: string, line: string): string {
  const record = recordSchema.safeParse(parseJson(line));
  if (!record.success) return `${node}  ${line}`;
  const { level, time, thread, msg, ...fields } = record.data;
  const clock = time.slice(11, 23);
  const mark = level === "info" ? "" : `${level.toUpperCase()} `;
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${shown(value)}`);
  return `${node}  ${clock} ${thread.padEnd(9)} ${mark}${msg}${rest.join("")}`;
}

/**
 * Of errors the message alone: where they were thrown is in the log of a node that is started by itself. A text of several words is
 * quoted, so that a reader sees where it ends.
 */
function shown(value: unknown): string {
  if (typeof value === "string" && !value.includes(" ")) return value;
  const message = z.object({ message: z.string() }).safeParse(value);
  return JSON.stringify(message.success ? message.data.message : value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
