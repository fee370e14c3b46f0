import type { DataRecord } from "../../../engine/contract/data.ts";
import { StampedeClient } from "../../../gateway/client/client.ts";
import type { Result } from "../../../gateway/client/result.ts";
import type { Channel, Operation, Operations, Problem, Replies } from "../../../gateway/protocol/messages.ts";
import type { HistoryRecorder } from "../../history/history-recorder.ts";

const CONNECT_MS = 1_000;
const PAUSE_MS = 50;

/** After these the same command with the same key is sent again: it may have taken effect, or may yet. */
const AGAIN_CODES = new Set([
  "overloaded",
  "outcome_unknown",
  "connection_closed",
  "deadline_expired",
  "unavailable",
]);

/** What all clients of a crowd share. */
export interface Company {
  /** Where the shop is now. */
  readonly url: () => string;
  /** Whether a connection comes back by itself; what was not answered is sent again then. */
  readonly reconnects: boolean;
  readonly tenant: string;
  readonly recorder: HistoryRecorder;
  readonly runId: string;
  /** A command was told for the first time to ask again. */
  readonly failed: (detail: string) => void;
}

/** What a client asks for, as the wire and as the journal name it. */
export interface Wish<Op extends Operation> {
  readonly op: Op;
  readonly command: string;
  /** `kind/id` of the actor; the client's own cart unless told. */
  readonly actor?: string;
  readonly values: Operations[Op] & DataRecord;
}

interface Watched {
  readonly channel: Channel;
  readonly topic: string;
}

/**
 * A client that never gives up: whatever becomes of the shop, it comes back with its session and sends what it has no
 * answer to again, with the same key. All that it does and sees is recorded.
 */
export class SteadyClient {
  readonly name: string;
  readonly #company: Company;
  readonly #watched: Watched[] = [];
  #token: string | undefined;
  #client: StampedeClient | undefined;
  #connecting: Promise<StampedeClient> | undefined;
  #cart = "";
  #wishes = 0;
  #isEnding = false;

  constructor(name: string, company: Company, token?: string) {
    this.name = name;
    this.#company = company;
    this.#token = token;
  }

  /** Connects for the first time; later connections are made when they are needed. */
  async open(): Promise<void> {
    this.#cart = (await this.#connected()).session.cart;
  }

  /** `tenant/cart/id` of its own cart. */
  get cart(): string {
    return `${this.#company.tenant}/cart/${this.#cart}`;
  }

  /** Asks until it is told: done, or refused. */
  async ask<Op extends Operation>(wish: Wish<Op>): Promise<Result<Replies[Op]>> {
    const { recorder, tenant, runId } = this.#company;
    const actor = wish.actor === undefined ? this.cart : `${tenant}/${wish.actor}`;
    const key = `${runId}-${this.name}-${++this.#wishes}`;
    const { command: operation, values: fields } = wish;
    const number = recorder.invoke({ client: this.name, actor, operation, key, fields });
    for (let attempt = 1; ; attempt += 1) {
      const client = await this.#connected();
      const result = await client.command(wish.op, wish.values, { key, retry: false });
      if (result.ok) {
        recorder.end(number, "ok", result.value);
        return result;
      }
      if (!AGAIN_CODES.has(result.problem.code)) {
        recorder.end(number, "refused", result.problem.code);
        return result;
      }
      if (attempt === 1) this.#company.failed(`${this.name}, ${wish.op}: ${detailOf(result.problem)}`);
      await Bun.sleep(result.problem.retryAfterMs ?? PAUSE_MS);
    }
  }

  /** Watches a channel, over all connections to come. */
  watch(channel: Channel, topic: string): void {
    this.#company.recorder.watch(this.name, topic);
    this.#watched.push({ channel, topic });
    if (this.#client !== undefined) this.#subscribe(this.#client, { channel, topic });
  }

  /** Leaves its connection, if it has one, and makes a new one to where the shop is now. */
  leave(): void {
    this.#client?.close();
  }

  end(): void {
    this.#isEnding = true;
    this.leave();
  }

  /** Its connection, or the one that is being made. */
  #connected(): Promise<StampedeClient> {
    if (this.#client !== undefined) return Promise.resolve(this.#client);
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connect(): Promise<StampedeClient> {
    while (!this.#isEnding) {
      try {
        const client = await StampedeClient.connect({ ...this.#connection(), connectMs: CONNECT_MS });
        this.#keep(client);
        return client;
      } catch {
        // Nobody is there, or nobody answers: both may pass.
        await Bun.sleep(PAUSE_MS);
      }
    }
    return new Promise(() => undefined);
  }

  #keep(client: StampedeClient): void {
    this.#client = client;
    this.#token ??= client.session.session;
    client.onStatus(({ type }) => {
      if (type !== "closed" || this.#client !== client) return;
      this.#client = undefined;
      // Who only watches asks for nothing that would bring it back.
      if (this.#watched.length > 0) void this.#connected();
    });
    for (const watched of this.#watched) this.#subscribe(client, watched);
  }

  #connection() {
    const { url, reconnects } = this.#company;
    return {
      url: url(),
      reconnect: reconnects,
      ...(this.#token === undefined ? {} : { token: this.#token }),
    };
  }

  #subscribe(client: StampedeClient, { channel, topic }: Watched): void {
    const { recorder } = this.#company;
    client.subscribe(channel, (state, { epoch, offset }) => {
      if (this.#client !== client) return;
      recorder.view({ client: this.name, topic, epoch, offset, value: state });
    });
  }
}

function detailOf({ code, detail }: Problem): string {
  return `${code}, ${detail}`;
}
