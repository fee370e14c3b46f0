import { readFile } from "node:fs/promises";
import type { z } from "zod";
import type { RunResult } from "../runs/run-result.ts";
import { storedResult } from "./result-schema.ts";

/** What a run's directory calls its result. */
export const RESULT_FILE = "result.json";

/** A file that holds no result; the message names the file and what is wrong with it. */
export class ResultFileError extends Error {
  override readonly name = "ResultFileError";
}

/** A result as the text of its file. */
export function resultText(result: RunResult): string {
  return `${JSON.stringify(result, undefined, 1)}\n`;
}

/**
 * Reads a result.
 * @throws {ResultFileError} when the file cannot be read, or holds something else.
 */
export async function readResultFile(path: string): Promise<RunResult> {
  const stored = parsed(path, await textOf(path));
  const format = typeof stored === "object" && stored !== null && "format" in stored ? stored.format : 1;
  if (typeof format === "number" && format > 1)
    throw new ResultFileError(`${path}: its format is ${format}; this version of Stampede reads format 1`);
  const checked = storedResult.safeParse(stored);
  if (checked.success) return checked.data;
  throw new ResultFileError(`${path} is no result of a bench run: ${described(checked.error)}`);
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const reason = error instanceof Error ? error.message : String(error);
    throw new ResultFileError(isMissing ? `${path} does not exist` : `${path} cannot be read: ${reason}`, {
      cause: error,
    });
  }
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ResultFileError(`${path} is no result of a bench run: it is not JSON`, { cause: error });
  }
}

/** The first thing that is wrong, with the path of its field. */
function described({ issues }: z.ZodError): string {
  const [first] = issues;
  if (first === undefined) return "it has another shape";
  const field = first.path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
  const reason = first.message.replace(/^Invalid input: /, "");
  return field === "" ? reason : `${field}: ${reason}`;
}
