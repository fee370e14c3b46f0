import { statSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ConfigError } from "../config.ts";

/** Takes the text of a result. */
export interface TextSink {
  /** Nobody reads any more: nothing need be written. */
  readonly closed?: boolean;
  write(text: string): Promise<void>;
}

/**
 * Writes a file that is there as a whole or not at all: under a name beside it until it is done.
 * @throws {ConfigError} when something else has this name, or a file that is not to be replaced, or it cannot be written where it is wanted.
 */
export async function writeWholeFile(
  file: string,
  { replaces }: { readonly replaces: boolean },
  write: (sink: TextSink) => Promise<void>,
): Promise<void> {
  refuseExisting(file, replaces);
  const unfinished = join(dirname(file), `.${basename(file)}.${process.pid}.unfinished`);
  const handle = await open(unfinished, "w").catch((error: unknown) => {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    if (reason === "ENOENT")
      throw new ConfigError(`there is no folder ${dirname(file)}: make it first`, { cause: error });
    throw new ConfigError(`${file} cannot be written (${reason})`, { cause: error });
  });
  try {
    await write({ write: (text) => handle.appendFile(text) });
    await handle.sync();
    await handle.close();
    // Somebody else may have made it meanwhile.
    refuseExisting(file, replaces);
    await rename(unfinished, file);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(unfinished, { force: true });
    throw error;
  }
}

function refuseExisting(file: string, replaces: boolean): void {
  const there = statSync(file, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (!there.isFile()) throw new ConfigError(`${file} is not a file, such as could be replaced`);
  if (!replaces)
    throw new ConfigError(`${file} is there already: give another name, or --force to replace it`);
}
