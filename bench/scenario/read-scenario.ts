import { readdirSync, readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMap, isNode, LineCounter, parseDocument, visit, type Document } from "yaml";
import type { z } from "zod";
import { FaultList, SourceError } from "../retail/source-error.ts";
import { utf8Text } from "../retail/utf8-lines.ts";
import { faultsOf, scenarioOf, type ScenarioFault } from "./check-scenario.ts";
import type { Scenario } from "./scenario.ts";
import { nearestName } from "./nearest-name.ts";
import { KNOWN_FIELDS, scenarioShape } from "./scenario-shape.ts";

const DIRECTORY = fileURLToPath(new URL("../scenarios", import.meta.url));
const EXTENSION = ".yaml";
const FILE_BYTES_MAX = 1_000_000;

/** The names of the scenarios that come with the program. */
export function scenarioNames(): readonly string[] {
  return readdirSync(DIRECTORY)
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => basename(file, EXTENSION))
    .toSorted();
}

/**
 * Reads a scenario: one that comes with the program by its name, another one by the path of its file.
 * @throws {SourceError} that names the file, and each wrong field with its line.
 */
export function readScenario(nameOrPath: string): Scenario {
  const names = scenarioNames();
  if (names.includes(nameOrPath)) return readScenarioFile(join(DIRECTORY, `${nameOrPath}${EXTENSION}`));
  if (/^[\w-]+$/.test(nameOrPath))
    throw new SourceError(nameOrPath, [
      { detail: `there is no such scenario; there are ${names.join(", ")}, and paths of files of your own` },
    ]);
  return readScenarioFile(nameOrPath);
}

/** Reads the scenario of a file; it is called like the file. @throws {SourceError} */
export function readScenarioFile(path: string): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(textOf(path), { lineCounter: lines, prettyErrors: false });
  const faults = new FaultList(path);
  // What YAML only warns of, such as a tag that it does not know, it reads as something else than was meant.
  for (const { message, pos } of [...document.errors, ...document.warnings])
    faults.add(lines.linePos(pos[0]).line, message);
  faults.throwIfAny();
  if (document.contents === null) throw new SourceError(path, [{ detail: "the file is empty" }]);
  const parsed = scenarioShape.safeParse(valueOf(document, path, lines));
  const found = (parsed.success ? faultsOf(parsed.data) : parsed.error.issues.flatMap(faultsOfIssue)).map(
    ({ path: field, detail }) => ({
      line: lineOf(document, field, lines),
      detail: `${nameOf(field)} ${detail}`.trim(),
    }),
  );
  for (const { line, detail } of found.toSorted((a, b) => a.line - b.line)) faults.add(line, detail);
  faults.throwIfAny();
  if (!parsed.success) throw parsed.error;
  return scenarioOf(basename(path, extname(path)), parsed.data);
}

/** The values of a file. @throws {SourceError} when one stands for another that is not there, or for far too many. */
function valueOf(document: Document.Parsed, path: string, lines: LineCounter): unknown {
  const faults = new FaultList(path);
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      const { line } = lines.linePos(alias.range?.[0] ?? 0);
      faults.add(line, `*${alias.source} stands for nothing: there is no &${alias.source} before it`);
    },
  });
  faults.throwIfAny();
  try {
    return document.toJS();
  } catch (error) {
    throw new SourceError(path, [{ detail: error instanceof Error ? error.message : String(error) }]);
  }
}

function faultsOfIssue(issue: z.core.$ZodIssue): readonly ScenarioFault[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  // A field that nobody knows is named itself, in its own line.
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ path: [...path, key], detail: `is not known${meant(path, key)}` }));
  if (path.length === 0 && issue.code === "invalid_type")
    return [{ path, detail: "a scenario has fields, such as description, sockets, phases and journeys" }];
  return [{ path, detail: detailOf(issue) }];
}

/** The known field beside an unknown one that is written much like it. */
function meant(path: ScenarioFault["path"], key: string): string {
  const place = path.filter((part) => typeof part === "string").join(".");
  const nearest = nearestName(key, KNOWN_FIELDS.get(place) ?? []);
  return nearest === undefined ? "" : `; ${nearest} is`;
}

/** zod says `Invalid input: expected …`; after the name of a field that is said better. */
function detailOf({ message }: z.core.$ZodIssue): string {
  if (message.endsWith(", received undefined")) return "is needed";
  return message.replace(/^(?:Invalid input|Too (?:small|big|short|long)): /, "is wrong: ");
}

/** @throws {SourceError} when it cannot be read, is too long, or is not UTF-8. */
function textOf(path: string): string {
  const bytes = bytesOf(path);
  if (bytes.length <= FILE_BYTES_MAX) return utf8Text(path, bytes);
  throw new SourceError(path, [{ detail: `a scenario has at most ${FILE_BYTES_MAX} bytes` }]);
}

function bytesOf(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const detail =
      error instanceof Error && "code" in error && error.code === "ENOENT" ? "no such file" : String(error);
    throw new SourceError(path, [{ detail }]);
  }
}

/** `phases[1].rate`, as people write it. */
function nameOf(path: ScenarioFault["path"]): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./, "");
}

/** The line of a field, or of the nearest one above it that is there. */
function lineOf(document: Document.Parsed, path: ScenarioFault["path"], lines: LineCounter): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isNode(key) && String(key) === last)
      : undefined;
    const node = pair === undefined ? document.getIn(path.slice(0, length), true) : pair.key;
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
