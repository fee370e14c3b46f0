import type { Company } from "./company.ts";
import { Visitor, type VisitorKeeper } from "./visitor.ts";
import type { Visit } from "./walk.ts";

/** What a pool tells its owner. */
export interface VisitorPoolEvents {
  welcomed(): void;
  /** A visit is over, however it ended, or a connection was lost. */
  visitOver(): void;
  /** Somebody can be visited on again. */
  freed(): void;
  lost(reason: string): void;
}

/** The connections that visits go over, and which of them are free. */
export class VisitorPool implements VisitorKeeper {
  readonly visitors: readonly Visitor[];
  readonly #events: VisitorPoolEvents;
  /** In the order in which they became free: who has waited the longest is next. */
  readonly #free = new Set<Visitor>();
  readonly #visiting = new Set<Visitor>();

  constructor(urls: readonly string[], company: Company, events: VisitorPoolEvents) {
    this.#events = events;
    this.visitors = urls.map((url) => new Visitor(url, company, this));
  }

  /** Whether no visit is under way. */
  get isIdle(): boolean {
    return this.#visiting.size === 0;
  }

  /** Whether the shop has let nobody in, or has lost everybody. */
  get isEmpty(): boolean {
    return this.#free.size + this.#visiting.size === 0;
  }

  /** How many visits could begin now. */
  get freeCount(): number {
    return this.#free.size;
  }

  /** Begins a visit; false when no connection is free. */
  begin(visit: Visit, nowMs: number): boolean {
    for (const visitor of this.#free) {
      this.#free.delete(visitor);
      this.#visiting.add(visitor);
      visitor.begin(visit, nowMs);
      return true;
    }
    return false;
  }

  /** The run is over: visits that only think end. */
  leaveThoughts(): void {
    for (const visitor of this.#visiting) visitor.leaveThought();
  }

  pingQuiet(nowMs: number): void {
    for (const visitor of this.visitors) visitor.pingIfQuiet(nowMs);
  }

  /** Everybody goes; visits under way stay without their end. */
  close(): void {
    for (const visitor of this.visitors) visitor.close();
  }

  welcomed(visitor: Visitor): void {
    this.#free.add(visitor);
    this.#events.welcomed();
    this.#events.freed();
  }

  free(visitor: Visitor): void {
    this.#visiting.delete(visitor);
    this.#free.add(visitor);
    this.#events.visitOver();
    this.#events.freed();
  }

  gone(visitor: Visitor, reason: string | undefined): void {
    this.#visiting.delete(visitor);
    this.#free.delete(visitor);
    if (reason !== undefined) this.#events.lost(reason);
    this.#events.visitOver();
  }
}
