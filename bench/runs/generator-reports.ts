import type { Acknowledgement } from "../flash-sale/acknowledgement.ts";
import type { FromGenerator } from "../load/generator-messages.ts";
import type { RunRecord } from "./run-record.ts";
import type { SaturationAlarm } from "./saturation.ts";

/** Takes what all generators of a run say. */
export class GeneratorReports {
  /** Orders that shoppers were told of, those of the warm-up included. */
  readonly acknowledged: Acknowledgement[] = [];
  unanswered = 0;
  readonly #record: RunRecord;
  readonly #alarm: SaturationAlarm;
  readonly #opening: (opened: number, total: number) => void;
  readonly #opened: { opened: number; total: number }[];
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #notReady: number;
  #notEnded: number;
  #cutOff = 0;

  /** `opening` hears how many connections are open. */
  constructor(
    generators: number,
    record: RunRecord,
    alarm: SaturationAlarm,
    opening: (opened: number, total: number) => void,
  ) {
    this.#record = record;
    this.#alarm = alarm;
    this.#opening = opening;
    this.#opened = Array.from({ length: generators }, () => ({ opened: 0, total: 0 }));
    this.#notReady = generators;
    this.#notEnded = generators;
    // A generator may fail when nobody waits for it yet; whoever waits next hears of it.
    this.#ready.promise.catch(() => undefined);
    this.#ended.promise.catch(() => undefined);
  }

  /** Resolves when all generators can begin. Rejects when one of them has failed. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Resolves when all generators have ended. Rejects when one of them has failed. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** The shop has closed the connections of every generator. */
  get isCutOff(): boolean {
    return this.#cutOff === this.#opened.length;
  }

  receive(generator: number, message: FromGenerator): void {
    switch (message.kind) {
      case "opening":
        return this.#open(generator, message);
      case "ready":
        this.#notReady -= 1;
        if (this.#notReady === 0) this.#ready.resolve();
        return;
      case "second":
        this.#alarm.take(message.second);
        return this.#record.take(message.second);
      case "acknowledged":
        for (const order of message.orders) this.acknowledged.push(order);
        return;
      case "done":
        this.unanswered += message.unanswered;
        if (message.wasCutOff) this.#cutOff += 1;
        this.#record.left(generator);
        this.#notEnded -= 1;
        if (this.#notEnded === 0) this.#ended.resolve();
        return;
      case "failed":
        return this.#fail(new Error(`generator ${generator} failed: ${message.reason}`));
    }
  }

  #open(generator: number, { opened, total }: { readonly opened: number; readonly total: number }): void {
    this.#opened[generator] = { opened, total };
    const sum = (of: "opened" | "total"): number => this.#opened.reduce((all, each) => all + each[of], 0);
    this.#opening(sum("opened"), sum("total"));
  }

  #fail(error: Error): void {
    this.#ready.reject(error);
    this.#ended.reject(error);
  }
}
