/** Numbers by name and label; a name without labels has the one label "". */
export type CounterValues = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What a gateway counts. Those marked as gauges go up and down. */
export type CounterName =
  /** Gauge: open sockets. */
  | "sockets"
  /** Gauge: sockets that read too slowly. */
  | "lagging"
  /** Gauge: public channels that are watched. */
  | "channels"
  /** Sockets opened and refused since the start. */
  | "sockets_opened"
  | "sockets_refused"
  /** Sockets closed by the gateway, by close code. */
  | "sockets_closed"
  /** Times that a socket was not read for a moment, since it sent more than its share. */
  | "pauses"
  /** Commands by operation. */
  | "commands"
  /** People in queues: `joined` with a new number, `kept` with the one they had, `let_in` when they first buy here. */
  | "queue"
  /** Refused commands and frames, by problem code. */
  | "refusals"
  /** Frames pushed by the gateway: `public` counts each publish once, `private` each frame. */
  | "pushes"
  /** HTTP responses by status. */
  | "http_responses";

/** Counts by name and label; plain numbers that a scrape can read from another thread. */
export class Counters {
  readonly #values = new Map<CounterName, Map<string, number>>();

  add(name: CounterName, label = "", by = 1): void {
    const labels = this.#labels(name);
    labels.set(label, (labels.get(label) ?? 0) + by);
  }

  set(name: CounterName, value: number): void {
    this.#labels(name).set("", value);
  }

  get(name: CounterName, label = ""): number {
    return this.#values.get(name)?.get(label) ?? 0;
  }

  /** A copy of all counts. */
  values(): CounterValues {
    const entries = [...this.#values].map(([name, labels]) => [name, Object.fromEntries(labels)] as const);
    return Object.fromEntries(entries);
  }

  #labels(name: CounterName): Map<string, number> {
    let labels = this.#values.get(name);
    if (labels === undefined) this.#values.set(name, (labels = new Map<string, number>()));
    return labels;
  }
}
