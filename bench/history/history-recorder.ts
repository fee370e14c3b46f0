import type { Data } from "../../engine/contract/data.ts";
import type { Ending, Observation, Operation } from "./history.ts";
import type { HistoryEntry } from "./history-entry.ts";

/** Takes entries as they happen: a {@link HistoryBuilder} in memory, or a `HistoryFile`. */
export interface HistorySink {
  add(entry: HistoryEntry): void;
}

/** What a client says when it begins an operation. */
export type Invocation = Pick<Operation, "client" | "actor" | "operation" | "key" | "fields">;

/** Writes down what clients do and see, each thing before the client goes on. */
export class HistoryRecorder {
  readonly #sink: HistorySink;
  readonly #nowMs: () => number;
  #operations = 0;

  /** `nowMs`: one clock for all clients of the history. */
  constructor(sink: HistorySink, nowMs: () => number) {
    this.#sink = sink;
    this.#nowMs = nowMs;
  }

  /** Call before the command is sent first; repetitions under the same key are the same operation. Returns its number. */
  invoke(invocation: Invocation): number {
    const op = ++this.#operations;
    const { client, actor, operation, key, fields } = invocation;
    this.#sink.add({ t: "invoke", op, client, actor, operation, key, fields, atMs: this.#nowMs() });
    return op;
  }

  /** Call once the client knows, or gives up: then the ending is `unknown`. `value` as in {@link Operation}. */
  end(op: number, ending: Ending, value: Data = null): void {
    this.#sink.add({ t: "end", op, ending, value, atMs: this.#nowMs() });
  }

  watch(client: string, topic: string): void {
    this.#sink.add({ t: "watch", client, topic });
  }

  /** The client does not watch any more: it need not see how the topic ends. */
  unwatch(client: string, topic: string): void {
    this.#sink.add({ t: "unwatch", client, topic });
  }

  /** A view that arrived; `askedAtMs` on views that were read. */
  view(observation: Omit<Observation, "atMs">): void {
    this.#sink.add({ t: "view", ...observation, atMs: this.#nowMs() });
  }
}
