import type { SignedEndpoint } from "../../engine/ports/webhook-store.ts";
import { EndpointRelay, type RelayDependencies } from "./endpoint-relay.ts";

/** What the node that tells others knows of it. */
export interface WebhookStatistics {
  readonly suspended: number;
  /** Dead letters that are kept. */
  readonly deadLetters: number;
  /** When the oldest event happened that an active endpoint has not taken; undefined when all have everything. */
  readonly oldestAtMs: number | undefined;
}

/**
 * Tells all endpoints what happens, for as long as this node has the duty. While there is none it looks once in a while whether one
 * was added, and at nothing else.
 */
export class Webhooks {
  readonly #dependencies: RelayDependencies;
  readonly #relays = new Map<string, EndpointRelay>();
  #suspended = 0;
  #deadLetters = 0;
  #tidiedAtMs = Number.NEGATIVE_INFINITY;
  #isStopping = false;
  #running: Promise<void> | undefined;
  #cancelPause: () => void = () => undefined;

  constructor(dependencies: RelayDependencies) {
    this.#dependencies = dependencies;
  }

  get statistics(): WebhookStatistics {
    const times = [...this.#relays.values()].flatMap(({ oldestAtMs }) => oldestAtMs ?? []);
    return {
      suspended: this.#suspended,
      deadLetters: this.#deadLetters,
      oldestAtMs: times.length === 0 ? undefined : Math.min(...times),
    };
  }

  start(): void {
    this.#running ??= this.#follow();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#cancelPause();
    await this.#running;
    await Promise.all([...this.#relays.keys()].map((id) => this.#end(id)));
  }

  async #follow(): Promise<void> {
    const { store, clock, log, limits } = this.#dependencies;
    while (!this.#isStopping) {
      try {
        const endpoints = await store.endpoints();
        await this.#attend(endpoints);
        if (endpoints.length > 0) await this.#tidy();
        else this.#deadLetters = 0;
      } catch (error) {
        log.warn({ err: error }, "endpoints of webhooks cannot be read at the moment; will try again");
      }
      if (this.#isStopping) return;
      await new Promise<void>((resolve) => {
        const cancel = clock.after(limits.lookEveryMs, resolve);
        this.#cancelPause = () => {
          cancel();
          resolve();
        };
      });
    }
  }

  /** Each active endpoint is told as it is now; one that an operator has changed is begun anew. */
  async #attend(endpoints: readonly SignedEndpoint[]): Promise<void> {
    const active = new Map(
      endpoints.filter(({ state }) => state === "active").map((endpoint) => [endpoint.id, endpoint]),
    );
    this.#suspended = endpoints.filter(({ state }) => state === "suspended").length;
    const over = [...this.#relays].flatMap(([id, { revision }]) =>
      active.get(id)?.revision === revision ? [] : [id],
    );
    await Promise.all(over.map((id) => this.#end(id)));
    for (const [id, endpoint] of active) {
      if (this.#relays.has(id) || this.#isStopping) continue;
      const relay = new EndpointRelay(endpoint, this.#dependencies);
      this.#relays.set(id, relay);
      relay.start();
    }
  }

  async #end(id: string): Promise<void> {
    await this.#relays.get(id)?.stop();
    this.#relays.delete(id);
  }

  async #tidy(): Promise<void> {
    const { store, clock, limits } = this.#dependencies;
    const nowMs = clock.nowMs();
    if (nowMs - this.#tidiedAtMs < limits.tidyEveryMs) return;
    this.#tidiedAtMs = nowMs;
    this.#deadLetters = await store.tidy(nowMs - limits.deadKeptMs, limits.deadMax);
  }
}
