import type { Clock } from "../../engine/ports/clock.ts";
import type { Dispatcher } from "../../engine/ports/dispatcher.ts";
import type { Log } from "../../engine/ports/log.ts";
import type { Session, SignedSession } from "../auth/session.ts";
import type { Sessions } from "../auth/sessions.ts";
import { isPublicChannel } from "../protocol/channel.ts";
import { CLOSE } from "../protocol/close-reasons.ts";
import { readClientFrame } from "../protocol/client-frame.ts";
import type { RefusedFrame } from "../protocol/client-frame.ts";
import { FRAME_BYTES_MAX } from "../protocol/messages.ts";
import type {
  AnyCommandFrame,
  Channel,
  ControlFrame,
  Hello,
  Problem,
  ResumePoint,
  Welcome,
} from "../protocol/messages.ts";
import { problem } from "../protocol/problems.ts";
import type { PublicChannels } from "../push/public-channels.ts";
import { PrivateSubscription } from "../push/private-subscription.ts";
import type { Subscription } from "../push/subscriber.ts";
import { cartAddress, orderAddress } from "./addresses.ts";
import { unknownOrder } from "./admission.ts";
import { sessionExpired } from "./command-desk.ts";
import type { CommandDesk } from "./command-desk.ts";
import type { CommandResult } from "./command-result.ts";
import type { Connection } from "./connection.ts";
import type { Counters } from "./counters.ts";
import type { GatewayLimits } from "./limits.ts";
import { FrameTurns } from "./frame-turns.ts";
import { RecentCount } from "./recent-count.ts";

/** What all conversations of a gateway share. */
export interface ConversationServices {
  readonly dispatcher: Dispatcher;
  readonly desk: CommandDesk;
  readonly sessions: Sessions;
  readonly channels: PublicChannels;
  readonly queueChannels: PublicChannels;
  readonly counters: Counters;
  readonly limits: GatewayLimits;
  readonly clock: Clock;
  readonly log: Log;
  readonly shopId: string;
}

/** The receiving half of one socket: a hello, then frames in order, each with its own consequence. */
export class Conversation {
  readonly connection: Connection;
  readonly #services: ConversationServices;
  readonly #cookie: string | undefined;
  #session: Session | undefined;
  /** The token that the client may see; empty when it came in the cookie. */
  #token = "";
  readonly #turns: FrameTurns;
  #inFlight = 0;
  readonly #malformed: RecentCount;
  readonly #channelsBegun: RecentCount;

  constructor(services: ConversationServices, connection: Connection, cookie: string | undefined) {
    this.#services = services;
    this.connection = connection;
    this.#cookie = cookie;
    const { limits, clock, log } = services;
    this.#turns = new FrameTurns({
      connection,
      limits,
      clock,
      log,
      handle: (text) => this.#handle(text),
      isPaced: () => this.#session?.role !== "operator",
    });
    const { malformedMs, channelsBegunMs } = limits;
    this.#malformed = new RecentCount(malformedMs);
    this.#channelsBegun = new RecentCount(channelsBegunMs);
  }

  /** Number of commands without a reply. */
  get inFlight(): number {
    return this.#inFlight;
  }

  receive(text: string): void {
    this.#turns.receive(text);
  }

  /** Looks whether the client keeps its times, and its session has any left. */
  sweep(nowMs: number): void {
    const { helloMs } = this.#services.limits;
    if (this.#session === undefined && nowMs - this.connection.openedAtMs > helloMs) {
      this.connection.close(CLOSE.helloLate);
    }
    if (this.#session !== undefined && this.#session.expiresAtMs <= nowMs) this.#endOwnChannels();
    this.connection.checkLag();
  }

  #handle(text: string): void {
    const read = readClientFrame(text);
    const session = this.#session;
    switch (read.type) {
      case "command":
        return session === undefined ? this.#helloExpected() : this.#command(read.frame, session);
      case "control":
        return session === undefined ? this.#greet(read.frame) : this.#control(read.frame, session);
      case "refused":
        return this.#refuse(read);
    }
  }

  #refuse(frame: RefusedFrame): void {
    const { clock, counters, limits } = this.#services;
    counters.add("refusals", frame.problem.code);
    const malformed = this.#malformed.add(clock.nowMs());
    if (frame.id !== undefined && this.#session !== undefined) this.#reply(frame.id, frame);
    else this.#tell(frame.problem, frame.ch);
    const isPatient = this.#session !== undefined && malformed < limits.malformedFramesMax;
    if (!isPatient) this.connection.close(CLOSE.breach);
  }

  /** The session is over: what belongs to it is not this client's to see any more. */
  #endOwnChannels(): void {
    for (const channel of this.connection.subscriptions.channels) {
      if (!isPublicChannel(channel)) this.connection.dismiss(channel, sessionExpired());
    }
  }

  #helloExpected(): void {
    this.#tell(problem("hello_expected", "The first frame of a socket must be hello."));
    this.connection.close(CLOSE.breach);
  }

  #greet(frame: ControlFrame): void {
    if (frame.t !== "hello") return this.#helloExpected();
    this.#turns.during(async () => {
      const signed = await this.#identify(frame);
      // A socket that has gone meanwhile has ended its channels: nobody would end those that begin now.
      if (!this.connection.isOpen) return;
      if (signed === undefined) {
        return this.#dismiss(
          problem("invalid_session", "The token of hello is not a session of this shop.", { field: "token" }),
        );
      }
      this.#session = signed.session;
      this.#token = signed.token;
      this.connection.reply(JSON.stringify(this.#welcome(signed.session)));
      for (const point of frame.resume ?? []) this.#subscribe(point.ch, signed.session, point);
    });
  }

  async #identify(frame: Hello): Promise<SignedSession | undefined> {
    const { sessions } = this.#services;
    if (frame.token !== undefined) {
      const session = await sessions.verify(frame.token);
      return session && { session, token: frame.token };
    }
    const session = this.#cookie === undefined ? undefined : await sessions.verify(this.#cookie);
    return session === undefined ? sessions.startShopper() : { session, token: "" };
  }

  #control(frame: ControlFrame, session: Session): void {
    switch (frame.t) {
      case "hello":
        this.#tell(problem("unknown_frame", "hello can be said only once.", { field: "t" }));
        return this.connection.close(CLOSE.breach);
      case "subscribe":
        return this.#subscribe(frame.ch, session, undefined);
      case "unsubscribe":
        return this.connection.subscriptions.remove(frame.ch);
      case "resync":
        return this.connection.subscriptions.resync(frame.ch);
      case "refresh":
        return this.#refresh(session);
      case "ping":
        return this.connection.reply(`{"t":"pong","serverTimeMs":${this.#services.clock.nowMs()}}`);
    }
  }

  #command(frame: AnyCommandFrame, session: Session): void {
    if (this.#inFlight >= this.#services.limits.commandsInFlightMax) {
      this.#services.counters.add("refusals", "overloaded");
      const detail = `More than ${this.#services.limits.commandsInFlightMax} commands of this socket wait.`;
      this.#reply(frame.id, { problem: problem("overloaded", detail, { retryAfterMs: 50 }) });
      return;
    }
    this.#inFlight += 1;
    this.#services.desk.submit(frame, session, undefined, (result) => {
      this.#inFlight -= 1;
      this.#settle(frame.id, result);
    });
  }

  #settle(id: number, result: CommandResult): void {
    if (result.ok) this.connection.reply(`{"re":${id},"ok":${JSON.stringify(result.value)}}`);
    else this.#reply(id, result);
  }

  #reply(id: number, { problem: reason }: { readonly problem: Problem }): void {
    this.connection.reply(`{"re":${id},"problem":${JSON.stringify(reason)}}`);
  }

  #tell(reason: Problem, ch?: Channel): void {
    this.connection.reply(JSON.stringify({ t: "problem", ch, problem: reason }));
  }

  /** Tells a client why it has no session, and leaves it to begin another one. */
  #dismiss(reason: Problem): void {
    this.#tell(reason);
    this.connection.close(CLOSE.session);
  }

  #refresh(session: Session): void {
    this.#turns.during(async () => {
      // A cookie cannot be renewed over a socket; the welcome then tells the time that is left.
      const isHeld = this.#token !== "";
      const renewed = isHeld ? await this.#services.sessions.renew(session) : undefined;
      // Its channels may have ended meanwhile, and would stay so.
      if (session.expiresAtMs <= this.#services.clock.nowMs()) return this.#dismiss(sessionExpired());
      if (renewed !== undefined) {
        this.#session = renewed.session;
        this.#token = renewed.token;
      }
      this.connection.reply(JSON.stringify(this.#welcome(renewed?.session ?? session)));
    });
  }

  #welcome(session: Session): Welcome {
    return {
      t: "welcome",
      session: this.#token,
      sessionExpiresAtMs: session.expiresAtMs,
      role: session.role,
      customer: session.customer,
      cart: session.cart,
      shop: this.#services.shopId,
      serverTimeMs: this.#services.clock.nowMs(),
      pingMs: this.#services.limits.pingMs,
      frameBytesMax: FRAME_BYTES_MAX,
    };
  }

  #subscribe(ch: Channel, session: Session, point: ResumePoint | undefined): void {
    const { subscriptions } = this.connection;
    if (session.expiresAtMs <= this.#services.clock.nowMs()) return this.#tell(sessionExpired(), ch);
    if (subscriptions.has(ch)) return subscriptions.resync(ch);
    const opened = this.#channelsRefusal(ch, session) ?? this.#open(ch, session, point);
    if ("code" in opened) this.connection.refuse(ch, opened);
    else subscriptions.add(ch, opened);
  }

  /**
   * Why one more channel may not begin; undefined when it may. Each that begins has an actor make its whole view: a socket that begins
   * channels and leaves them at once, again and again, costs others a lot.
   */
  #channelsRefusal(ch: Channel, { role }: Session): Problem | undefined {
    const { clock, limits } = this.#services;
    const { channelsPerSocketMax, ownChannelsPerSocketMax, channelsBegunMax, channelsBegunMs } = limits;
    const { subscriptions } = this.connection;
    if (subscriptions.size >= channelsPerSocketMax) {
      const values = { limit: channelsPerSocketMax };
      return problem("too_many_channels", `A socket may watch ${channelsPerSocketMax} channels.`, { values });
    }
    const own = isPublicChannel(ch)
      ? []
      : subscriptions.channels.filter((watched) => !isPublicChannel(watched));
    if (role === "shopper" && own.length >= ownChannelsPerSocketMax) {
      const detail = `A socket may watch ${ownChannelsPerSocketMax} channels of its session.`;
      return problem("too_many_channels", detail, { values: { limit: ownChannelsPerSocketMax } });
    }
    if (this.#channelsBegun.add(clock.nowMs()) <= channelsBegunMax) return undefined;
    const detail = `A socket may begin ${channelsBegunMax} channels within ${channelsBegunMs / 1000} s.`;
    const values = { limit: channelsBegunMax };
    return problem("too_many_channels", detail, { retryAfterMs: channelsBegunMs, values });
  }

  #open(ch: Channel, session: Session, point: ResumePoint | undefined): Subscription | Problem {
    const { channels, queueChannels, dispatcher } = this.#services;
    if (isPublicChannel(ch)) {
      const shown = ch.startsWith("queue/") ? queueChannels : channels;
      return shown.subscribe(ch, this.connection, point);
    }
    const address =
      ch === "cart" ? cartAddress(session, undefined) : orderAddress(session, ch.slice("order/".length));
    if (address === undefined) return unknownOrder();
    return new PrivateSubscription(ch, address, dispatcher, this.connection, point);
  }
}
