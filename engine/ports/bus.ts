/** Whether messages reach the bus at present. */
export type BusState = "connected" | "away";

/** Why a request got no answer; all of these may be asked again. */
export type RequestFaultReason =
  /** The bus is out of reach. */
  | "away"
  /** Too many requests are without an answer already. */
  | "busy"
  /** Nobody answers requests of this topic. */
  | "nobody"
  /** No answer came in time: the request may have been carried out or may yet be. */
  | "late";

/** A request that got no answer. */
export class RequestFault extends Error {
  override readonly name = "RequestFault";
  readonly reason: RequestFaultReason;

  constructor(reason: RequestFaultReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/**
 * Carries texts between nodes by topic.
 *
 * Each message arrives once or not at all: any of them may be lost, and what was not sent when the connection broke is
 * never sent later. Messages that one connection publishes arrive in their order. A topic is a list of words with dots in
 * between, such as `stampede.shop.lane.node-b.2`.
 */
export interface Bus {
  readonly state: BusState;
  /** Length of the longest payload, bytes of UTF-8. */
  readonly payloadBytesMax: number;
  /** False while the bus is away, or has not yet taken too much of what was published. */
  readonly hasRoom: boolean;
  /** Returns false when there is no room: then the message is lost. @throws when the payload is too long. */
  publish(topic: string, payload: string): boolean;
  /**
   * Calls `receive` with every message of the topic until the returned function is called. A word of the topic may be
   * `*`, which stands for any one word. Lasts over broken connections.
   */
  subscribe(topic: string, receive: (payload: string, topic: string) => void): () => void;
  /** Asks whoever answers this topic. @throws {RequestFault} */
  request(topic: string, payload: string, withinMs: number): Promise<string>;
  /** Answers the requests of a topic until the returned function is called. An answer that rejects is not sent. */
  answer(topic: string, reply: (payload: string) => Promise<string>): () => void;
  /** Calls `listener` after every change of the state until the returned function is called. */
  onState(listener: (state: BusState) => void): () => void;
  /** Sends what was published, without waiting for long, and disconnects. Nothing arrives any more. */
  close(): Promise<void>;
}
