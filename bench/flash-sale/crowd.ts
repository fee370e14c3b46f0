import type { Acknowledgement } from "../promises/acknowledgement.ts";
import { Shopper, type Began, type Crowd, type WaitedFor } from "./shopper.ts";
import type { Tally } from "./tally.ts";

/** Sockets from one address to one port of this machine stay below the number of its ephemeral ports. */
export const SOCKETS_PER_ADDRESS_MAX = 20_000;

// Handshakes at a time: more only wait in the shop's accept queue, and a full one drops them.
const OPENING_MAX = 100;

/** All shoppers of a run, with what they have in common. */
export class ShopperCrowd implements Crowd {
  readonly nowMs: () => number;
  readonly #tally: Tally;
  readonly #skus: readonly string[];
  readonly #shoppers: Shopper[] = [];
  readonly #allLeft = Promise.withResolvers<void>();
  #present = 0;
  #isCutOff = false;
  #nextSku = 0;
  #attemptsLeft: number;

  /** `attempts`: orders that may be begun. `nowMs`: the time of `tally`. */
  constructor(
    tally: Tally,
    skus: readonly string[],
    attempts: number,
    nowMs: () => number = () => performance.now(),
  ) {
    this.nowMs = nowMs;
    this.#tally = tally;
    this.#skus = skus;
    this.#attemptsLeft = attempts;
  }

  /** Lets shoppers in. Beyond {@link SOCKETS_PER_ADDRESS_MAX} they come to 127.0.0.2, 127.0.0.3 and so on. */
  async open(
    socketUrl: URL,
    count: number,
    keyPrefix: string,
    opened: (count: number) => void,
  ): Promise<void> {
    let started = 0;
    let done = 0;
    const letIn = async (): Promise<void> => {
      while (started < count) {
        const url = addressFor(socketUrl, started);
        started += 1;
        this.#present += 1;
        const shopper = new Shopper(url, keyPrefix, this);
        this.#shoppers.push(shopper);
        await shopper.opened;
        opened((done += 1));
      }
    };
    await Promise.all(Array.from({ length: Math.min(count, OPENING_MAX) }, letIn));
  }

  /** Everybody starts. */
  start(): void {
    for (const shopper of this.#shoppers) shopper.start();
  }

  /** No order is begun any more; those under way go on. */
  stop(): void {
    this.#attemptsLeft = 0;
  }

  /** Resolves when every shopper has finished its last order. */
  get allLeft(): Promise<void> {
    return this.#allLeft.promise;
  }

  /** Nobody shops any more, and the last one did not leave: the shop has cut it off. */
  get isCutOff(): boolean {
    return this.#isCutOff;
  }

  close(): void {
    for (const shopper of this.#shoppers) shopper.close();
  }

  nextSku(): string | undefined {
    if (this.#attemptsLeft === 0) return undefined;
    this.#attemptsLeft -= 1;
    const sku = this.#skus[this.#nextSku];
    this.#nextSku = (this.#nextSku + 1) % this.#skus.length;
    return sku;
  }

  added(beganMs: number, endedMs: number): void {
    this.#tally.time("cart.add", beganMs, endedMs);
  }

  confirmed(told: Acknowledgement, { orderMs, commandMs }: Began, endedMs: number): void {
    this.#tally.time("checkout", commandMs, endedMs);
    this.#tally.confirm(told, orderMs, endedMs);
  }

  refused(code: string): void {
    this.#tally.refuse(code);
  }

  retried(): void {
    this.#tally.retries += 1;
  }

  lost(command: WaitedFor, { orderMs, commandMs }: Began, endedMs: number): void {
    this.#tally.unknown += 1;
    this.#tally.time(command, commandMs, endedMs);
    this.#tally.time("order", orderMs, endedMs);
  }

  left(wasCutOff: boolean): void {
    this.#present -= 1;
    if (this.#present > 0) return;
    this.#isCutOff = wasCutOff;
    this.#allLeft.resolve();
  }
}

/** The URL for shopper number `index` (from 0). Only loopback has further addresses to spread over. */
export function addressFor(url: URL, index: number): string {
  const block = Math.floor(index / SOCKETS_PER_ADDRESS_MAX);
  if (block === 0 || url.hostname !== "127.0.0.1") return url.href;
  const spread = new URL(url);
  spread.hostname = `127.0.0.${1 + block}`;
  return spread.href;
}
