import type { Company } from "./company.ts";
import { ShopSocket, type SocketOwner, type WorkFrame } from "./shop-socket.ts";
import { Walk, type Visit } from "./walk.ts";

/** Whom a visitor tells whether it can be visited on. */
export interface VisitorKeeper {
  /** The visitor is in the shop, as somebody new. */
  welcomed(visitor: Visitor): void;
  /** A visit is over, and the next one can begin at once. */
  free(visitor: Visitor): void;
  /** The visitor has gone and will be welcomed again; `reason` when it was not its own wish. */
  gone(visitor: Visitor, reason: string | undefined): void;
}

/** One connection, on which one visit follows the other. Whoever left traces goes, and somebody new comes instead. */
export class Visitor implements SocketOwner {
  readonly #company: Company;
  readonly #keeper: VisitorKeeper;
  readonly #socket: ShopSocket;
  readonly #walk: Walk;
  #hasToMove = false;

  constructor(url: string, company: Company, keeper: VisitorKeeper) {
    this.#company = company;
    this.#keeper = keeper;
    this.#socket = new ShopSocket(url, this);
    this.#walk = new Walk(this.#socket, company, () => this.#ended());
  }

  /** Connects for the first time. */
  open(): void {
    this.#socket.open();
  }

  begin(visit: Visit, nowMs: number): void {
    this.#walk.begin(visit, nowMs);
  }

  pingIfQuiet(nowMs: number): void {
    this.#socket.pingIfQuiet(nowMs);
  }

  /** The run is over: a visit that only thinks ends. */
  leaveThought(): void {
    this.#walk.leaveThought();
  }

  /** Goes at once and for good; a visit under way stays without its end. */
  close(): void {
    this.#socket.close();
    this.#walk.lost(performance.now());
  }

  welcomed(): void {
    this.#keeper.welcomed(this);
  }

  askedToMove(): void {
    if (this.#walk.isUnderWay) this.#hasToMove = true;
    else this.#renew();
  }

  lost(reason: string): void {
    this.#walk.lost(performance.now());
    this.#hasToMove = false;
    this.#keeper.gone(this, reason);
  }

  received(frame: WorkFrame): void {
    const nowMs = performance.now();
    this.#company.passed(nowMs);
    this.#walk.received(frame, nowMs);
  }

  #ended(): void {
    if (this.#hasToMove || this.#walk.hasLeftTraces) this.#renew();
    else this.#keeper.free(this);
  }

  #renew(): void {
    this.#hasToMove = false;
    this.#walk.forget();
    this.#keeper.gone(this, undefined);
    this.#socket.renew();
  }
}
