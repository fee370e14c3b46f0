import { errors, type Msg, type NatsConnection, type Subscription } from "@nats-io/transport-node";
import { RequestFault } from "../../ports/bus.ts";
import type { Clock } from "../../ports/clock.ts";

const CONFIRM_BYTES = 262_144;
const UNCONFIRMED_BYTES_MAX = 8_388_608;
const CHECK_MS = 500;
const SILENT_CHECKS_MAX = 4;
const LEAVE_MS = 1_000;

const encoder = new TextEncoder();

/**
 * The life of one connection to a NATS server. A connection that breaks is never used again, so that nothing of what was
 * in its buffers can be sent later.
 */
export class NatsSession {
  readonly #connection: NatsConnection;
  readonly #payloadBytesMax: number;
  readonly #clock: Clock;
  #cancelCheck: () => void = () => undefined;
  /** What the server has not confirmed to have read. */
  #unconfirmedBytes = 0;
  #isConfirming = false;
  #silentChecks = 0;

  constructor(connection: NatsConnection, payloadBytesMax: number, clock: Clock) {
    this.#connection = connection;
    this.#payloadBytesMax = payloadBytesMax;
    this.#clock = clock;
    this.#check();
  }

  /** Length of the longest payload that the server takes too, bytes: sent a longer one, it would end the connection. */
  get payloadBytesMax(): number {
    return Math.min(this.#payloadBytesMax, this.#connection.info?.max_payload ?? this.#payloadBytesMax);
  }

  get hasRoom(): boolean {
    return this.#unconfirmedBytes < UNCONFIRMED_BYTES_MAX;
  }

  /** Returns false when there is no room, or the connection has just been closed. */
  publish(topic: string, payload: string): boolean {
    const bytes = encoder.encode(payload);
    assertFits(bytes, this.payloadBytesMax);
    if (!this.hasRoom || this.#connection.isClosed()) return false;
    this.#connection.publish(topic, bytes);
    this.#unconfirmedBytes += bytes.length;
    if (this.#unconfirmedBytes >= CONFIRM_BYTES) this.#confirm();
    return true;
  }

  subscribe(topic: string, receive: (payload: string, topic: string) => void): Subscription {
    return this.#connection.subscribe(topic, {
      callback: (error, message) => {
        // A subscription that the server denies is reported by the connection, too.
        if (error === null) outsideOfTheReader(() => receive(message.string(), message.subject));
      },
    });
  }

  answer(topic: string, reply: (payload: string) => Promise<string>): Subscription {
    return this.#connection.subscribe(topic, {
      callback: (error, message) => {
        if (error === null) void this.#respond(message, reply);
      },
    });
  }

  async request(topic: string, payload: string, withinMs: number): Promise<string> {
    const bytes = encoder.encode(payload);
    assertFits(bytes, this.payloadBytesMax);
    try {
      const message = await this.#connection.request(topic, bytes, { timeout: withinMs });
      return message.string();
    } catch (error) {
      if (isNobody(error)) throw new RequestFault("nobody", `${topic}: nobody answers`, { cause: error });
      throw new RequestFault("late", `${topic}: no answer in ${withinMs} ms`, { cause: error });
    }
  }

  /** Resolves when the server has read all that was asked of it up to now. */
  confirmed(): Promise<void> {
    return this.#connection.flush();
  }

  /** Resolves when the connection is closed or broken; with an error when there is one. */
  async over(): Promise<unknown> {
    const error = await this.#connection.closed();
    this.#cancelCheck();
    return error;
  }

  /** Waits for what was published to leave, but not for long, and closes. */
  async close(): Promise<void> {
    const { promise: lateEnough, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.after(LEAVE_MS, resolve);
    await Promise.race([this.#connection.flush(), this.#connection.closed(), lateEnough]);
    cancel();
    await this.#connection.close();
  }

  /** A connection on which the server has not answered for two and a half seconds is dead, whatever the network says. */
  #check(): void {
    this.#cancelCheck = this.#clock.after(CHECK_MS, () => {
      // Counted in checks and not in time: a process that stood still has not read yet what came meanwhile.
      this.#silentChecks += 1;
      if (this.#silentChecks > SILENT_CHECKS_MAX) return void this.#connection.close();
      this.#check();
      this.#confirm();
    });
  }

  /** An answer that rejects, or comes after the connection was lost, is not sent: whoever asked has a deadline. */
  async #respond(message: Msg, reply: (payload: string) => Promise<string>): Promise<void> {
    try {
      message.respond(await reply(message.string()));
    } catch {
      return;
    }
  }

  /** Asks the server to say when it has read all that was published up to now. */
  #confirm(): void {
    if (this.#isConfirming || this.#connection.isClosed()) return;
    this.#isConfirming = true;
    const bytes = this.#unconfirmedBytes;
    this.#connection.flush().then(
      () => {
        this.#isConfirming = false;
        this.#silentChecks = 0;
        this.#unconfirmedBytes -= bytes;
        if (this.#unconfirmedBytes >= CONFIRM_BYTES) this.#confirm();
      },
      // The connection is lost, and this session with it.
      () => undefined,
    );
  }
}

/**
 * An error of whoever receives is the program's and must end it. Thrown to the library, it would silently end the
 * reading of this connection instead.
 */
function outsideOfTheReader(receive: () => void): void {
  try {
    receive();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function isNobody(error: unknown): boolean {
  return (
    error instanceof errors.NoRespondersError ||
    (error instanceof errors.RequestError && error.isNoResponders())
  );
}

function assertFits(bytes: Uint8Array, bytesMax: number): void {
  if (bytes.length > bytesMax) {
    throw new RangeError(`a payload has at most ${bytesMax} bytes, and this one ${bytes.length}`);
  }
}
