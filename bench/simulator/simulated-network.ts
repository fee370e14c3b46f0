import { decodeFrame, encodeFrame } from "../../engine/transport/frame.ts";
import { COMMAND, MOVED, READ, UNWATCH, WATCH, type Item } from "../../engine/transport/items.ts";
import type { Link } from "../../engine/transport/link.ts";
import type { Generator } from "../../engine/contract/testing/generator.ts";
import type { Agenda } from "./agenda.ts";
import type { Faults } from "./faults.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

const LATENCY_MAX_US = 2_000;

// A transport may lose anything. It never makes two of what a client sent, or of what sends it back; lanes repeat to each
// other, though.
const NEVER_TWICE: ReadonlySet<number> = new Set([COMMAND, READ, WATCH, UNWATCH, MOVED]);

/** Links between simulated processes: items arrive in order, a little later, if nothing goes wrong. */
export class SimulatedNetwork {
  readonly #agenda: Agenda;
  readonly #faults: Faults;
  readonly #generator: Generator;
  /** Ends of partitions, by `from>to`, simulated milliseconds. */
  readonly #cutUntilMs = new Map<string, number>();

  constructor(agenda: Agenda, faults: Faults, generator: Generator) {
    this.#agenda = agenda;
    this.#faults = faults;
    this.#generator = generator;
  }

  /** Everything works again. */
  heal(): void {
    this.#cutUntilMs.clear();
  }

  /** One direction stops to work for a while. */
  cut(from: SimulatedProcess, to: SimulatedProcess, forMs: number): void {
    this.#cutUntilMs.set(`${from.name}>${to.name}`, this.#agenda.nowMs + forMs);
  }

  /** One direction between two processes. `receive` is called in the process `to`. */
  link(from: SimulatedProcess, to: SimulatedProcess, receive: (items: readonly Item[]) => void): Link {
    let arrivesAtUs = 0;
    const deliver = (delayUs: number, frame: string): void => {
      this.#agenda.plan(delayUs / 1_000, () => to.run(() => receive(decodeFrame(frame))));
    };
    return {
      send: (item) => {
        if (!from.alive) return;
        const frame = encodeFrame([item]);
        if (this.#lost(from, to)) return;
        const latencyUs = this.#generator.below(LATENCY_MAX_US);
        const inOrderUs = Math.max(arrivesAtUs + 1, this.#agenda.nowUs + latencyUs);
        const strayUs = this.#strayUs();
        if (strayUs === undefined) arrivesAtUs = inOrderUs;
        deliver((strayUs ?? 0) + inOrderUs - this.#agenda.nowUs, frame);
        if (NEVER_TWICE.has(item[0])) return;
        const twice = this.#faults.strikes("duplicate");
        if (twice !== undefined) deliver(inOrderUs - this.#agenda.nowUs + twice.below(400_000), frame);
      },
    };
  }

  /** A message between a coordinator and one process, as unreliable as everything else. */
  tell(to: SimulatedProcess, task: () => void): void {
    if (this.#faults.strikes("drop") !== undefined) return;
    const late = this.#faults.strikes("delay");
    const delayUs = this.#generator.below(LATENCY_MAX_US) + (late?.between(20_000, 800_000) ?? 0);
    this.#agenda.plan(delayUs / 1_000, () => to.run(task));
  }

  #lost(from: SimulatedProcess, to: SimulatedProcess): boolean {
    if ((this.#cutUntilMs.get(`${from.name}>${to.name}`) ?? 0) > this.#agenda.nowMs) return true;
    return this.#faults.strikes("drop") !== undefined;
  }

  /** How much later than in its order an item arrives, when it does. */
  #strayUs(): number | undefined {
    const overtaken = this.#faults.strikes("reorder");
    const late = this.#faults.strikes("delay");
    if (overtaken === undefined && late === undefined) return undefined;
    return (overtaken?.below(5_000) ?? 0) + (late?.between(10_000, 1_500_000) ?? 0);
  }
}
