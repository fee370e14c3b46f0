import { existsSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { RESULT_FILE, ResultFileError, readResultFile } from "../report/result-file.ts";
import type { Side } from "./side.ts";

const GLOB_CHARACTERS = /[*?[{]/;

/**
 * Reads one side of a comparison: a result file, a run's directory, a directory of such directories, a pattern such as
 * `runs/before-*`, or several of these with commas between.
 * @throws {ResultFileError} when one of them has no result.
 */
export async function readSide(name: string): Promise<Side> {
  const places = await Promise.all(
    name
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "")
      .map(placesNamed),
  );
  const paths = (await Promise.all(places.flat().map(resultFilesOf))).flat();
  if (paths.length === 0) throw new ResultFileError(`${JSON.stringify(name)} names no result`);
  const runs = await Promise.all(paths.map(async (path) => ({ path, result: await readResultFile(path) })));
  return { name, runs };
}

async function placesNamed(part: string): Promise<readonly string[]> {
  // A file may be called like a pattern.
  if (existsSync(part) || !GLOB_CHARACTERS.test(part)) return [part];
  const found = await Array.fromAsync(new Bun.Glob(part).scan({ onlyFiles: false }));
  if (found.length === 0) throw new ResultFileError(`nothing is called like ${part}`);
  return found.sort();
}

async function resultFilesOf(place: string): Promise<readonly string[]> {
  if (!existsSync(place)) throw new ResultFileError(`${place} does not exist`);
  if (!statSync(place).isDirectory()) return [place];
  const own = join(place, RESULT_FILE);
  if (existsSync(own)) return [own];
  const entries = await readdir(place);
  const files = entries
    .sort()
    .map((entry) => join(place, entry, RESULT_FILE))
    .filter((path) => existsSync(path));
  if (files.length === 0)
    throw new ResultFileError(`${place} holds no ${RESULT_FILE}, and no directory with one`);
  return files;
}
