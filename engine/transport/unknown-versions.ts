import type { Log } from "../ports/log.ts";

// It is told and remembered, whatever was sent in its place.
const VERSION_LENGTH_MAX = 40;

/** Something came in a version that this program does not read: it was not looked into. */
export class UnknownVersion extends Error {
  override readonly name = "UnknownVersion";
  readonly version: string;

  /** `what` has the version, such as `frame`. */
  constructor(what: string, version: unknown, known: number) {
    const text = (JSON.stringify(version) ?? "none").slice(0, VERSION_LENGTH_MAX);
    super(`${what} version ${text} is not ${known}`);
    this.version = `${what} ${text}`;
  }
}

const TOLD_MAX = 1_000;

/**
 * What has come in versions that this program does not read, as from nodes of another release during an upgrade: counted each
 * time, and told once for each sender and version.
 */
export class UnknownVersions {
  readonly #log: Log;
  readonly #told = new Set<string>();
  #count = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /** How often something came that was not read. */
  get count(): number {
    return this.#count;
  }

  /** `from` is a node, a thread of one, or a role such as `the coordinator`. */
  met(from: string, error: UnknownVersion): void {
    this.#count += 1;
    const name = `${from} ${error.version}`;
    if (this.#told.has(name)) return;
    if (this.#told.size >= TOLD_MAX) this.#told.clear();
    this.#told.add(name);
    this.#log.error(
      { err: error, from },
      "what comes from there is of another release and is not read; it gets no work that it may not read either",
    );
  }
}
