import type { Operation } from "../../engine/ports/operation-store.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Log } from "../../engine/ports/log.ts";
import type { ConsoleLine } from "../../gateway/protocol/console-line.ts";
import type { HotProduct } from "../../persistence/postgres/hot-products.ts";
import type { NodesAnswer, ShardsAnswer } from "../admin/api/answers.ts";
import { AlertBook } from "./alert-book.ts";
import { ConsoleHistoryBook } from "./console-history.ts";
import type { ConsoleSources } from "./console-sources.ts";
import { consoleNow, type WatchedNode } from "./console-view.ts";
import { KnownPart } from "./known-part.ts";
import type { NodeFigures } from "./node-figures.ts";
import { NodeWindow } from "./node-window.ts";

const EVERY_MS = 1_000;
// So that a line comes in time, whatever is out of reach.
const ASK_MS_MAX = 900;

/** A line for everybody who watches, and its number. */
export interface NumberedLine {
  readonly number: number;
  readonly bytes: Uint8Array;
}

interface Watched {
  readonly part: KnownPart<NodeFigures>;
  readonly window: NodeWindow;
}

const ENCODER = new TextEncoder();

/** A line of the stream, as it is sent. */
export function encodeLine(line: ConsoleLine): Uint8Array {
  return ENCODER.encode(`${JSON.stringify(line)}\n`);
}

/**
 * Looks at everything once a second for as long as somebody watches, and makes one line of it for all of them. While nobody does,
 * nothing is asked, and nothing runs.
 */
export class ConsoleWatch {
  readonly #sources: ConsoleSources;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #cluster: KnownPart<readonly [NodesAnswer, ShardsAnswer]>;
  readonly #operations: KnownPart<readonly Operation[]>;
  readonly #products: KnownPart<readonly HotProduct[]>;
  readonly #nodes = new Map<string, Watched>();
  readonly #alerts = new AlertBook();
  readonly #history = new ConsoleHistoryBook();
  #watchers = 0;
  #isClosed = false;
  #isLooking = false;
  #lines = 0;
  #newest: NumberedLine | undefined;
  #coming = Promise.withResolvers<void>();

  constructor(sources: ConsoleSources, clock: Clock, log: Log) {
    this.#sources = sources;
    this.#clock = clock;
    this.#log = log;
    const nowMs = (): number => clock.nowMs();
    this.#cluster = new KnownPart(() => Promise.all([sources.nodes(), sources.shards()]), nowMs);
    this.#operations = new KnownPart(sources.operations, nowMs);
    this.#products = new KnownPart(sources.products, nowMs);
  }

  /** What was seen before, as a line. */
  get history(): Uint8Array {
    return encodeLine(this.#history.line);
  }

  /** Somebody watches from now on, until the returned function is called. */
  join(): () => void {
    this.#watchers += 1;
    if (!this.#isLooking) void this.#look();
    return () => void (this.#watchers -= 1);
  }

  /** The newest line after that of this number; several that came meanwhile are one. Undefined: no further one will come. */
  async after(number: number): Promise<NumberedLine | undefined> {
    while (!this.#isClosed) {
      if (this.#newest !== undefined && this.#newest.number > number) return this.#newest;
      await this.#coming.promise;
    }
    return undefined;
  }

  /** Nobody hears anything any more. */
  close(): void {
    this.#isClosed = true;
    this.#coming.resolve();
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    // How it was when somebody watched before is history.
    this.#newest = undefined;
    while (this.#watchers > 0 && !this.#isClosed) {
      const pause = this.#pass(EVERY_MS);
      await this.#refresh();
      try {
        this.#tell();
      } catch (error) {
        // The shop goes on, whatever is wrong with what shows it.
        this.#log.error({ err: error }, "the console could not be told how the shop is");
      }
      await pause;
    }
    this.#isLooking = false;
  }

  async #refresh(): Promise<void> {
    const nodes = new Set([this.#sources.node, ...this.#sources.livingNodes()]);
    for (const node of this.#nodes.keys()) if (!nodes.has(node)) this.#nodes.delete(node);
    for (const node of nodes) if (!this.#nodes.has(node)) this.#nodes.set(node, this.#watched(node));
    const deadline = this.#pass(ASK_MS_MAX);
    const parts = [
      this.#cluster,
      this.#operations,
      this.#products,
      ...[...this.#nodes.values()].map((of) => of.part),
    ];
    await Promise.all(parts.map((part) => part.refresh(deadline)));
  }

  #watched(node: string): Watched {
    const window = new NodeWindow();
    const part = new KnownPart(
      () => this.#sources.figures(node),
      () => this.#clock.nowMs(),
      (figures) => window.add(figures),
    );
    return { part, window };
  }

  #tell(): void {
    const nodes: readonly WatchedNode[] = [...this.#nodes]
      .map(([node, { part, window }]) => ({ node, known: part.known, window }))
      .toSorted((one, other) => one.node.localeCompare(other.node));
    const now = consoleNow(
      {
        node: this.#sources.node,
        atMs: this.#clock.nowMs(),
        nodes,
        cluster: this.#cluster.known,
        operations: this.#operations.known,
        products: this.#products.known,
      },
      this.#alerts,
    );
    this.#history.add(now);
    this.#lines += 1;
    this.#newest = { number: this.#lines, bytes: encodeLine(now) };
    this.#coming.resolve();
    this.#coming = Promise.withResolvers();
  }

  #pass(forMs: number): Promise<void> {
    return new Promise((resolve) => void this.#clock.after(forMs, resolve));
  }
}
