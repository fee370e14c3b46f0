import type {
  Channel,
  ChannelState,
  Operation,
  Operations,
  Problem,
  Replies,
  Welcome,
} from "../protocol/messages.ts";
import { isChannel } from "../protocol/channel.ts";
import { clientProblem } from "../protocol/client-problems.ts";
import type { Position } from "./channel-view.ts";
import { Channels } from "./channels.ts";
import { Connection } from "./connection.ts";
import type { WorkFrame } from "./connection.ts";
import { newKey, socketUrl } from "./options.ts";
import type { CommandOptions, ConnectOptions } from "./options.ts";
import { PendingCommands } from "./pending-commands.ts";
import type { Result } from "./result.ts";
import type { ClientStatus } from "./status.ts";

const CONNECT_MS = 10_000;
const PATIENCE_MS = 60_000;
const ATTEMPTS_MAX = 5;
const PENDING_MAX = 10_000;

/** The connection could not be made: no gateway answered in time, or it refused the client for good. */
export class ConnectFailed extends Error {
  override readonly name = "ConnectFailed";
}

/**
 * A client of the shop for browsers and Bun: commands with one result each, channels that heal themselves, and a
 * connection that comes back by itself and loses no command meanwhile.
 */
export class StampedeClient {
  readonly #connection: Connection;
  readonly #pending: PendingCommands;
  readonly #channels: Channels;
  readonly #statusListeners = new Set<(status: ClientStatus) => void>();
  readonly #opened = Promise.withResolvers<StampedeClient>();
  #nextId = 1;

  private constructor(options: ConnectOptions) {
    const { attemptsMax = ATTEMPTS_MAX, patienceMs = PATIENCE_MS, reconnect = true } = options;
    const send = (text: string) => this.#connection.send(text);
    this.#pending = new PendingCommands({ pendingMax: PENDING_MAX, attemptsMax, patienceMs }, send);
    this.#channels = new Channels(send);
    this.#connection = new Connection(socketUrl(options.url), options.token, reconnect, {
      resumePoints: () => this.#channels.resumePoints(),
      welcomed: (resumed, isAnother) => {
        if (isAnother) this.#forgetSession();
        this.#channels.open(resumed);
        this.#pending.sendAll();
        this.#opened.resolve(this);
      },
      received: (frame) => this.#receive(frame),
      statusChanged: (status) => this.#statusChanged(status),
      ticked: () => {
        this.#pending.expire();
        this.#channels.askAgain();
      },
    });
  }

  /**
   * Connects to a shop.
   * @throws ConnectFailed when no connection could be made in time, or a gateway refused it for good.
   * @throws TypeError when `options.url` is not the address of a shop.
   */
  static async connect(options: ConnectOptions): Promise<StampedeClient> {
    const client = new StampedeClient(options);
    const { connectMs = CONNECT_MS } = options;
    const timer = setTimeout(
      () => client.#connection.close(`no connection within ${connectMs} ms`),
      connectMs,
    );
    client.#connection.open();
    return client.#opened.promise.finally(() => clearTimeout(timer));
  }

  /** The session as the gateway told it last. */
  get session(): Welcome {
    const { session } = this.#connection;
    if (session === undefined) throw new ConnectFailed("the client has never been connected");
    return session;
  }

  get status(): ClientStatus {
    return this.#connection.status;
  }

  /** Calls `listener` on every change of the status. Returns what stops that. */
  onStatus(listener: (status: ClientStatus) => void): () => void {
    this.#statusListeners.add(listener);
    return () => void this.#statusListeners.delete(listener);
  }

  /** The server's time, milliseconds since the Unix epoch. */
  serverTimeMs(): number {
    return this.#connection.clock.nowMs();
  }

  /** Number of commands without a result. */
  get pendingCommands(): number {
    return this.#pending.size;
  }

  /** Sends a command. Never rejects: whatever happens is a result. */
  command<Op extends Operation>(
    op: Op,
    values: Operations[Op],
    options?: CommandOptions,
  ): Promise<Result<Replies[Op]>> {
    const { status } = this.#connection;
    if (status.type === "closed") {
      return Promise.resolve({
        ok: false,
        problem: closedProblem(`The connection is closed: ${status.reason}`),
      });
    }
    const id = this.#nextId++;
    const key = options?.key ?? newKey();
    const text = JSON.stringify({ ...values, id, op, key, deadlineMs: options?.deadlineMs });
    // What a reply holds is the gateway's word; checking it again would cost each command twice.
    return this.#pending.start(id, text, options?.retry ?? true) as Promise<Result<Replies[Op]>>;
  }

  add(values: Operations["cart.add"], options?: CommandOptions): Promise<Result<Replies["cart.add"]>> {
    return this.command("cart.add", values, options);
  }

  changeQuantity(
    values: Operations["cart.quantity"],
    options?: CommandOptions,
  ): Promise<Result<Replies["cart.quantity"]>> {
    return this.command("cart.quantity", values, options);
  }

  removeLine(
    values: Operations["cart.remove"],
    options?: CommandOptions,
  ): Promise<Result<Replies["cart.remove"]>> {
    return this.command("cart.remove", values, options);
  }

  extendLine(
    values: Operations["cart.extend"],
    options?: CommandOptions,
  ): Promise<Result<Replies["cart.extend"]>> {
    return this.command("cart.extend", values, options);
  }

  checkOut(values: Operations["checkout"], options?: CommandOptions): Promise<Result<Replies["checkout"]>> {
    return this.command("checkout", values, options);
  }

  returnLines(
    values: Operations["order.return"],
    options?: CommandOptions,
  ): Promise<Result<Replies["order.return"]>> {
    return this.command("order.return", values, options);
  }

  listProduct(
    values: Operations["product.list"],
    options?: CommandOptions,
  ): Promise<Result<Replies["product.list"]>> {
    return this.command("product.list", values, options);
  }

  receiveStock(
    values: Operations["stock.receive"],
    options?: CommandOptions,
  ): Promise<Result<Replies["stock.receive"]>> {
    return this.command("stock.receive", values, options);
  }

  adjustStock(
    values: Operations["stock.adjust"],
    options?: CommandOptions,
  ): Promise<Result<Replies["stock.adjust"]>> {
    return this.command("stock.adjust", values, options);
  }

  setSale(values: Operations["sale.set"], options?: CommandOptions): Promise<Result<Replies["sale.set"]>> {
    return this.command("sale.set", values, options);
  }

  changeSalePrice(
    values: Operations["sale.price"],
    options?: CommandOptions,
  ): Promise<Result<Replies["sale.price"]>> {
    return this.command("sale.price", values, options);
  }

  endSale(values: Operations["sale.end"], options?: CommandOptions): Promise<Result<Replies["sale.end"]>> {
    return this.command("sale.end", values, options);
  }

  pauseSelling(
    values: Operations["selling.pause"],
    options?: CommandOptions,
  ): Promise<Result<Replies["selling.pause"]>> {
    return this.command("selling.pause", values, options);
  }

  resumeSelling(
    values: Operations["selling.resume"],
    options?: CommandOptions,
  ): Promise<Result<Replies["selling.resume"]>> {
    return this.command("selling.resume", values, options);
  }

  joinQueue(
    values: Operations["queue.join"],
    options?: CommandOptions,
  ): Promise<Result<Replies["queue.join"]>> {
    return this.command("queue.join", values, options);
  }

  /**
   * Follows a channel: calls `listener` with its state now (when known) and after every change; null while the thing does
   * not exist. Returns what ends it. `onProblem` hears when the channel cannot be served, at once when nothing has its name;
   * what a full gateway could not keep (`too_many_channels`) is asked for again by itself, when it has told, or about once a minute.
   */
  subscribe<Ch extends Channel>(
    channel: Ch,
    listener: (state: ChannelState<Ch> | null, position: Position) => void,
    onProblem?: (problem: Problem) => void,
  ): () => void {
    // The gateway could not say which channel it refused: it does not repeat names that are none.
    if (!isChannel(channel)) {
      onProblem?.(clientProblem("unknown_channel", "Nothing can have the name of this channel."));
      return () => undefined;
    }
    return this.#channels.follow(channel, {
      state: (state, position) => listener(state as ChannelState<Ch> | null, position),
      problem: onProblem,
    });
  }

  /** Ends the connection for good; commands without a result are refused as `connection_closed`. */
  close(): void {
    this.#connection.close("closed by its owner");
  }

  #forgetSession(): void {
    // Commands of a session that is over would take effect in somebody else's cart.
    this.#pending.failAll(closedProblem("The session is over; a new one has begun."));
    this.#channels.forgetPrivate();
  }

  #receive(frame: WorkFrame): void {
    if ("re" in frame) {
      this.#pending.receive(
        frame.re,
        "ok" in frame ? { ok: true, value: frame.ok } : { ok: false, problem: frame.problem },
      );
    } else if (frame.t !== "problem") this.#channels.receive(frame);
    else if (frame.ch !== undefined) this.#channels.fail(frame.ch, frame.problem);
  }

  #statusChanged(status: ClientStatus): void {
    if (status.type === "closed") {
      this.#opened.reject(new ConnectFailed(status.reason));
      this.#pending.failAll(closedProblem(`The connection is closed: ${status.reason}`));
    }
    for (const listener of this.#statusListeners) listener(status);
  }
}

function closedProblem(detail: string): Problem {
  return clientProblem("connection_closed", detail);
}
