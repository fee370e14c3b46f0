import { kinds } from "../../actors/mail.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Log } from "../../engine/ports/log.ts";
import type { Dispatcher } from "../../engine/ports/dispatcher.ts";
import type { Catalogue } from "../../engine/ports/catalogue.ts";
import type { Entropy } from "../../engine/ports/entropy.ts";
import { parseTenant } from "../../engine/contract/address.ts";
import { QueueTickets } from "../auth/queue-tickets.ts";
import { Sessions } from "../auth/sessions.ts";
import { CLOSE } from "../protocol/close-reasons.ts";
import { FRAME_BYTES_MAX } from "../protocol/messages.ts";
import { PublicChannels } from "../push/public-channels.ts";
import { Queues } from "../queues/queues.ts";
import { Assets } from "./assets.ts";
import type { Asset } from "./assets.ts";
import { CommandDesk } from "./command-desk.ts";
import { CommandTimes, type CommandTime } from "./command-times.ts";
import { Connection } from "./connection.ts";
import { Conversation } from "./conversation.ts";
import type { ConversationServices } from "./conversation.ts";
import { Counters } from "./counters.ts";
import type { CounterValues } from "./counters.ts";
import { CrossOrigin } from "./cross-origin.ts";
import { HttpApi } from "./http-api.ts";
import { HttpRouter } from "./http-router.ts";
import { HttpSessions } from "./http-session.ts";
import { gatewayLimits } from "./limits.ts";
import type { GatewayLimits } from "./limits.ts";
import { FrontPages } from "./front-pages.ts";
import type { PageDrawing } from "./page-drawing.ts";
import { problemResponse } from "./responses.ts";
import { problem } from "../protocol/problems.ts";
import { Reception } from "./reception.ts";
import type { SocketData } from "./reception.ts";
import { SharedCatalogue } from "./shared-catalogue.ts";

/** What a gateway is started with. */
export interface GatewayOptions {
  /** 0 for any free port. */
  readonly port: number;
  readonly hostname: string;
  /** Several gateway threads share one port (Linux). */
  readonly reusePort?: boolean;
  readonly dispatcher: Dispatcher;
  readonly catalogue: Catalogue;
  /** Signs sessions; at least 32 bytes. */
  readonly secret: string;
  readonly tenant: string;
  /** Identity of the shop's database, told to clients. */
  readonly shopId: string;
  /** Shards of the shop's database: new carts are named for one of them. */
  readonly shardCount: number;
  /** Files of the page by path, such as `/`, `/app.js`. */
  readonly assets?: ReadonlyMap<string, Asset>;
  /** Draws the page at `/`; without it the file is sent. */
  readonly drawing?: PageDrawing;
  readonly limits?: Partial<GatewayLimits>;
  /** Origins beside the gateway's own whose pages may open sockets and use the HTTP mirror, such as `https://shop.example`. */
  readonly allowedOrigins?: readonly string[];
  /** Cookies travel over TLS only. Off unless told, so that a shop on localhost works. */
  readonly secureCookies?: boolean;
  readonly log: Log;
  readonly clock: Clock;
  /** Makes the ids of customers and carts; UUIDs of version 7 from the system's randomness unless given. */
  readonly entropy?: Entropy;
}

/** A running gateway. */
export interface Gateway {
  readonly port: number;
  readonly hostname: string;
  /** Numbers by name and label, for metrics. */
  counters(): CounterValues;
  /** How long shoppers have waited, for metrics. */
  commandTimes(): readonly CommandTime[];
  /**
   * Stops within `graceMs`: takes nobody new, asks clients to connect elsewhere, closes those that stay with 1001.
   */
  stop(graceMs: number): Promise<void>;
}

/**
 * Starts a gateway: the WebSocket at `/v1/socket`, the HTTP mirror under `/v1`, and the files of the page.
 * @throws when the port is taken, the secret is too short, the tenant is none, or limits contradict each other.
 */
export function startGateway(options: GatewayOptions): Promise<Gateway> {
  // A promise although nothing waits, so that faults of starting come one way only.
  return Promise.try(() => new RunningGateway(options));
}

class RunningGateway implements Gateway {
  readonly #options: GatewayOptions;
  readonly #limits: GatewayLimits;
  readonly #counters = new Counters();
  readonly #commandTimes = new CommandTimes();
  readonly #conversations = new Set<Conversation>();
  readonly #channels: PublicChannels;
  readonly #queueChannels: PublicChannels;
  readonly #queues: Queues;
  readonly #reception: Reception;
  readonly #server: Bun.Server<SocketData>;
  #cancelSweep: () => void;
  #becameEmpty: (() => void) | undefined;

  constructor(options: GatewayOptions) {
    const { clock, dispatcher, log, catalogue, shopId, shardCount, secret } = options;
    const entropy = options.entropy ?? { uuid: () => Bun.randomUUIDv7() };
    const tenant = parseTenant(options.tenant);
    if (tenant === undefined) throw new RangeError(`${options.tenant} is not a tenant`);
    this.#options = options;
    const limits = (this.#limits = gatewayLimits(options.limits));
    const counters = this.#counters;
    const shared = { dispatcher, clock, counters, entropy, tenant, log, shopId };
    const sessions = new Sessions({ ...shared, secret, shardCount });
    const tickets = new QueueTickets(secret, tenant);
    const queues = (this.#queues = new Queues({ ...shared, ...limits, tickets }));
    const { deadlineMs, tickMs, queueTickMs, publicChannelsMax: channelsMax } = limits;
    const desk = new CommandDesk({ ...shared, queues, times: this.#commandTimes, deadlineMs });
    const publish = (topic: string, frame: string): void => this.#publish(topic, frame);
    const shown = { ...shared, publish, channelsMax };
    this.#channels = new PublicChannels({ ...shown, kind: kinds.inventory, tickMs });
    this.#queueChannels = new PublicChannels({ ...shown, kind: kinds.queue, tickMs: queueTickMs });
    const { drawing, secureCookies: isSecure = false } = options;
    const httpSessions = new HttpSessions(sessions, clock, isSecure);
    const { bodyBytesMax } = limits;
    const api = new HttpApi({
      ...shared,
      desk,
      catalogue: new SharedCatalogue(catalogue),
      sessions: httpSessions,
      bodyBytesMax,
    });
    this.#reception = new Reception({
      router: new HttpRouter(api.routes()),
      assets: new Assets(options.assets ?? new Map<string, Asset>()),
      pages: drawing && new FrontPages({ drawing, isSecure, clock, log }),
      sessions: httpSessions,
      crossOrigin: new CrossOrigin(new Set(options.allowedOrigins)),
      hasRoom: () => this.#conversations.size < limits.socketsMax,
      counters,
    });
    const [channels, queueChannels] = [this.#channels, this.#queueChannels];
    this.#server = this.#listen({ ...shared, desk, sessions, channels, queueChannels, limits });
    this.#cancelSweep = this.#scheduleSweep();
  }

  get port(): number {
    return this.#server.port ?? 0;
  }

  get hostname(): string {
    return this.#options.hostname;
  }

  counters(): CounterValues {
    this.#counters.set("sockets", this.#conversations.size);
    this.#counters.set("channels", this.#channels.size + this.#queueChannels.size);
    return this.#counters.values();
  }

  commandTimes(): readonly CommandTime[] {
    return this.#commandTimes.values();
  }

  async stop(graceMs: number): Promise<void> {
    this.#reception.close();
    // Not awaited: it ends with the last socket. The port is free from here on.
    void this.#server.stop();
    const frame = JSON.stringify({ t: "reconnect", afterMs: 0, jitterMs: Math.floor(graceMs / 2) });
    for (const { connection } of this.#conversations) connection.reply(frame);
    await this.#untilEmpty(graceMs);
    this.#cancelSweep();
    for (const { connection } of this.#conversations) connection.close(CLOSE.goingAway);
    this.#channels.close();
    this.#queueChannels.close();
    this.#queues.close();
    await this.#server.stop(true);
  }

  #listen(services: ConversationServices): Bun.Server<SocketData> {
    const { log, port, hostname, reusePort } = this.#options;
    const limits = this.#limits;
    return Bun.serve({
      port,
      hostname,
      reusePort: reusePort ?? false,
      // Above our own limit, so that a body a little too large gets a problem that says so.
      maxRequestBodySize: limits.bodyBytesMax * 4,
      fetch: (request, server) => this.#reception.receive(request, server),
      error: (err) => {
        log.error({ err }, "a request failed");
        return problemResponse(problem("internal", "Something broke inside."));
      },
      websocket: {
        data: {} as SocketData,
        maxPayloadLength: FRAME_BYTES_MAX,
        backpressureLimit: limits.bufferedBytesHardMax,
        idleTimeout: Math.ceil(limits.idleMs / 1000),
        perMessageDeflate: false,
        open: (ws) => {
          const connection = new Connection(ws, services);
          const conversation = new Conversation(services, connection, ws.data.cookie);
          ws.data.conversation = conversation;
          this.#conversations.add(conversation);
          this.#counters.add("sockets_opened");
        },
        message: (ws, message) => {
          if (typeof message === "string") ws.data.conversation?.receive(message);
          else ws.data.conversation?.connection.close(CLOSE.binary);
        },
        drain: (ws) => ws.data.conversation?.connection.checkLag(),
        close: (ws) => {
          if (ws.data.conversation !== undefined) this.#ended(ws.data.conversation);
        },
        error: (err, ws) => {
          log.error({ err }, "a socket failed");
          ws.data.conversation?.connection.close(CLOSE.internal);
        },
      },
    });
  }

  #publish(topic: string, frame: string): void {
    this.#counters.add("pushes", "public");
    this.#server.publish(topic, frame, false);
  }

  #ended(conversation: Conversation): void {
    conversation.connection.ended();
    this.#conversations.delete(conversation);
    if (this.#conversations.size === 0) this.#becameEmpty?.();
  }

  #untilEmpty(graceMs: number): Promise<void> {
    if (this.#conversations.size === 0 || graceMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(graceMs, resolve);
      this.#becameEmpty = () => {
        cancel();
        resolve();
      };
    });
  }

  #scheduleSweep(): () => void {
    const { clock } = this.#options;
    return clock.after(this.#limits.sweepMs, () => {
      const nowMs = clock.nowMs();
      for (const conversation of this.#conversations) conversation.sweep(nowMs);
      this.#cancelSweep = this.#scheduleSweep();
    });
  }
}
