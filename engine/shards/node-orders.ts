import { RequestFault, type Bus } from "../ports/bus.ts";
import type { ClusterTopics } from "../transport/bus/cluster-topics.ts";
import { decodeMessage, encodeMessage } from "./cluster-message.ts";
import type { NodeOrder, OrderDone, OrderReply, TermOrder } from "./node-order.ts";

/** An order that was not carried out, or not known to be; whoever gave it may give it again. */
export class OrderFailed extends Error {
  override readonly name = "OrderFailed";
  /** The node serves a newer coordinator. */
  readonly isTermOver: boolean;

  constructor(message: string, isTermOver: boolean, options?: ErrorOptions) {
    super(message, options);
    this.isTermOver = isTermOver;
  }

  /** Whether no answer came in time, so that the node may be at it. */
  get isLate(): boolean {
    return this.cause instanceof RequestFault && this.cause.reason === "late";
  }
}

/** Gives the orders of one coordinator to nodes. */
export class NodeOrders {
  readonly #bus: Bus;
  readonly #topics: ClusterTopics;
  readonly #term: number;

  constructor(bus: Bus, topics: ClusterTopics, term: number) {
    this.#bus = bus;
    this.#topics = topics;
    this.#term = term;
  }

  /**
   * Resolves when the node has carried the order out.
   * @throws {OrderFailed}
   */
  async give(node: string, order: NodeOrder, withinMs: number): Promise<OrderDone> {
    const reply = await this.#ask(node, { term: this.#term, order }, withinMs);
    if (reply.type === "Done") return reply;
    throw new OrderFailed(`${node}, ${order.type}: ${reply.detail}`, reply.reason === "term_over");
  }

  async #ask(node: string, order: TermOrder, withinMs: number): Promise<OrderReply> {
    const topic = this.#topics.control(node);
    try {
      const reply = await this.#bus.request(topic, encodeMessage(order), withinMs);
      return decodeMessage(reply) as OrderReply;
    } catch (error) {
      const reason = error instanceof RequestFault ? error.reason : String(error);
      throw new OrderFailed(`${node}, ${order.order.type}: ${reason}`, false, { cause: error });
    }
  }
}
