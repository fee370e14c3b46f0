import type { Log, LogFields } from "../../engine/ports/log.ts";
import type { World } from "./world.ts";

/** A log whose warnings become part of the trace, and are judged. */
export function watchfulLog(
  world: World,
  name: string,
  judge: (fields: LogFields, message: string) => void,
): Log {
  const warn = (fields: LogFields, message: string): void => {
    world.note(`${name}: ${message}`);
    judge(fields, message);
  };
  return { debug: () => undefined, info: () => undefined, warn, error: warn };
}
