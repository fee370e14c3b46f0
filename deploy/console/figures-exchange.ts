import { RequestFault, type Bus, type RequestFaultReason } from "../../engine/ports/bus.ts";
import type { ClusterTopics } from "../../engine/transport/bus/cluster-topics.ts";
import { UnknownVersion } from "../../engine/transport/unknown-versions.ts";
import { SingleFlight } from "../single-flight.ts";
import { decodeFigures, encodeFigures, type NodeFigures } from "./node-figures.ts";

const ANSWER_WITHIN_MS = 900;

const UNANSWERED: Readonly<Record<RequestFaultReason, string>> = {
  away: "this node does not reach NATS",
  busy: "this node has too many requests without an answer",
  nobody: "nobody answers there: it is gone, or of a release that tells no figures",
  late: "it does not answer in time",
};

/** How nodes learn the figures of each other: by asking, so that nothing is said while nobody looks. */
export class FiguresExchange {
  readonly #bus: Bus;
  readonly #topics: ClusterTopics;

  constructor(bus: Bus, topics: ClusterTopics) {
    this.#bus = bus;
    this.#topics = topics;
  }

  /** Answers other nodes from now on, until the returned function is called. However many ask, figures are taken once at a time. */
  answer(node: string, take: () => Promise<NodeFigures>): () => void {
    const taken = new SingleFlight(async () => encodeFigures(await take()));
    return this.#bus.answer(this.#topics.figures(node), () => taken.run());
  }

  /** What another node tells. @throws Error that says why it is not known. */
  async ask(node: string): Promise<NodeFigures> {
    try {
      return decodeFigures(await this.#bus.request(this.#topics.figures(node), "", ANSWER_WITHIN_MS));
    } catch (error) {
      if (error instanceof RequestFault) throw new Error(UNANSWERED[error.reason], { cause: error });
      if (!(error instanceof UnknownVersion)) throw error;
      throw new Error(`it is of another release (${error.message})`, { cause: error });
    }
  }
}
