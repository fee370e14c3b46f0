import type { NatsConnection, Subscription } from "@nats-io/transport-node";
import { assert } from "../../contract/assert.ts";
import { RequestFault, type Bus, type BusState } from "../../ports/bus.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { NatsOptions } from "./nats-options.ts";
import type { NatsSession } from "./nats-session.ts";

const PAYLOAD_BYTES_MAX = 1_048_576;
const REQUESTS_MAX = 256;
const RETRY_FIRST_MS = 50;
const RETRY_MAX_MS = 2_000;
const DENIALS_TOLD_MAX = 100;

// A shop that is alone never needs it, and each of its threads would be 50 ms of processor time later.
const loadClient = () => import("./nats-client.ts");
type NatsClient = Awaited<ReturnType<typeof loadClient>>;

/** What a {@link NatsBus} is made of. */
export interface NatsBusDependencies {
  readonly options: NatsOptions;
  /** What the server's tools call this connection, such as `node-a/lane-0`. */
  readonly name: string;
  /** Answers to this connection's requests come under topics that begin with this one. */
  readonly replyTopic: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Something that is set up anew at every connection. */
interface Standing {
  setUp(session: NatsSession): Subscription;
  current: Subscription | undefined;
}

/**
 * A bus over core NATS: at most once, nothing stored. Connects for as long as it takes, again and again, and tells the
 * log once why it waits.
 */
export class NatsBus implements Bus {
  readonly #dependencies: NatsBusDependencies;
  readonly #standing = new Set<Standing>();
  readonly #listeners = new Set<(state: BusState) => void>();
  readonly #denied = new Set<string>();
  /** In use: the server has read what is subscribed to. */
  #session: NatsSession | undefined;
  /** What stands is set up on it; it is in use a moment later. */
  #begun: NatsSession | undefined;
  #isClosed = false;
  #cancelRetry: () => void = () => undefined;
  #attempts = 0;
  #told: string | undefined;
  #requests = 0;

  constructor(dependencies: NatsBusDependencies) {
    this.#dependencies = dependencies;
    void this.#connect();
  }

  get state(): BusState {
    return this.#session === undefined ? "away" : "connected";
  }

  get payloadBytesMax(): number {
    return this.#session?.payloadBytesMax ?? PAYLOAD_BYTES_MAX;
  }

  get hasRoom(): boolean {
    return this.#session?.hasRoom === true;
  }

  publish(topic: string, payload: string): boolean {
    return this.#session?.publish(topic, payload) === true;
  }

  subscribe(topic: string, receive: (payload: string, topic: string) => void): () => void {
    return this.#stand((session) => session.subscribe(topic, receive));
  }

  answer(topic: string, reply: (payload: string) => Promise<string>): () => void {
    return this.#stand((session) => session.answer(topic, reply));
  }

  async request(topic: string, payload: string, withinMs: number): Promise<string> {
    if (this.#session === undefined) throw new RequestFault("away", "there is no connection to NATS");
    if (this.#requests >= REQUESTS_MAX) {
      throw new RequestFault("busy", `${REQUESTS_MAX} requests have no answer yet`);
    }
    this.#requests += 1;
    try {
      return await this.#session.request(topic, payload, withinMs);
    } finally {
      this.#requests -= 1;
    }
  }

  onState(listener: (state: BusState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRetry();
    const session = this.#session;
    this.#become(undefined);
    await session?.close();
  }

  #stand(setUp: (session: NatsSession) => Subscription): () => void {
    assert(!this.#isClosed, "a closed bus is not used");
    const standing: Standing = {
      setUp,
      current: this.#begun && setUp(this.#begun),
    };
    this.#standing.add(standing);
    return () => {
      this.#standing.delete(standing);
      standing.current?.unsubscribe();
    };
  }

  /** One attempt, and the connection's life if it comes about. */
  async #connect(): Promise<void> {
    const client = await loadClient();
    try {
      const connection = await client.connectToNats(this.#dependencies);
      // It was closed while it connected: nobody may hear anything of it any more.
      if (this.#isClosed) return await connection.close();
      await this.#live(client, connection);
    } catch (error) {
      this.#tell("waiting for NATS", client.connectionTrouble(error));
    }
    if (!this.#isClosed) this.#retry();
  }

  /** Uses a connection until it is over. */
  async #live(client: NatsClient, connection: NatsConnection): Promise<void> {
    const { clock } = this.#dependencies;
    const session = new client.NatsSession(connection, PAYLOAD_BYTES_MAX, clock);
    void this.#reportDenials(client, connection);
    this.#begun = session;
    for (const standing of this.#standing) standing.current = standing.setUp(session);
    // Only when the server has read what is subscribed to does anything come for sure.
    session.confirmed().then(
      () => this.#connected(session),
      () => undefined,
    );
    const error = await session.over();
    const wasInUse = this.#session === session;
    this.#begun = undefined;
    for (const standing of this.#standing) standing.current = undefined;
    this.#become(undefined);
    this.#tell(
      wasInUse ? "lost the connection to NATS" : "waiting for NATS",
      client.connectionTrouble(error),
    );
  }

  #connected(session: NatsSession): void {
    if (this.#isClosed) {
      void session.close();
      return;
    }
    this.#attempts = 0;
    this.#told = undefined;
    this.#dependencies.log.info({ servers: this.#dependencies.options.servers }, "connected to NATS");
    this.#become(session);
  }

  #retry(): void {
    const delayMs = Math.min(RETRY_FIRST_MS * 2 ** this.#attempts, RETRY_MAX_MS);
    this.#attempts += 1;
    // Nodes that lost their server at the same moment come back one after the other.
    const jitteredMs = delayMs * (0.5 + Math.random() / 2);
    this.#cancelRetry = this.#dependencies.clock.after(jitteredMs, () => void this.#connect());
  }

  #become(session: NatsSession | undefined): void {
    const before = this.state;
    this.#session = session;
    if (this.state === before) return;
    for (const listener of this.#listeners) listener(this.state);
  }

  /** Says why there is no connection, once until there is one again. */
  #tell(what: string, why: string): void {
    const { log, options } = this.#dependencies;
    const told = `${what}: ${why}`;
    if (this.#isClosed || told === this.#told) return;
    this.#told = told;
    log.warn({ servers: options.servers }, told);
  }

  /** What this user may not do is a mistake in somebody's configuration. */
  async #reportDenials(client: NatsClient, connection: NatsConnection): Promise<void> {
    for await (const { operation, subject } of client.denialsOf(connection)) {
      const denied = `${operation} ${subject}`;
      if (this.#denied.has(denied) || this.#denied.size >= DENIALS_TOLD_MAX) continue;
      this.#denied.add(denied);
      this.#dependencies.log.error({ operation, topic: subject }, "NATS denies this user a topic");
    }
  }
}
