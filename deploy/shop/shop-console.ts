import type { Log } from "../../engine/ports/log.ts";
import { ClusterTopics } from "../../engine/transport/bus/cluster-topics.ts";
import { PostgresHotProducts, type HotProducts } from "../../persistence/postgres/hot-products.ts";
import { AdminFault } from "../admin/api/admin-problem.ts";
import { ClusterQuestions } from "../admin/api/cluster-questions.ts";
import type { OperatorAccess } from "../admin/api/operator-access.ts";
import { TENANT, type Config } from "../config.ts";
import { ConsoleStreams } from "../console/console-stream.ts";
import { ConsoleWatch } from "../console/console-watch.ts";
import { FiguresExchange } from "../console/figures-exchange.ts";
import type { NodeFigures } from "../console/node-figures.ts";
import { takeFigures, type FigureSources } from "../console/take-figures.ts";
import { systemClock } from "../system-clock.ts";
import type { ClusterPart } from "./cluster-part.ts";

const ANSWER_WITHIN_MS = 900;
const OPERATIONS_SHOWN = 12;

/** What the console of a node is made of. */
export interface ShopConsoleParts {
  readonly config: Pick<Config, "cluster">;
  readonly part: ClusterPart;
  readonly operator: OperatorAccess;
  readonly figures: FigureSources;
  readonly log: Log;
}

/** What operators watch of the whole cluster in a browser, and what this node tells the consoles of others. */
export class ShopConsole {
  readonly streams: ConsoleStreams;
  readonly #parts: ShopConsoleParts;
  readonly #exchange: FiguresExchange | undefined;
  #products: HotProducts | undefined;
  #endAnswers: () => void = () => undefined;

  constructor(parts: ShopConsoleParts) {
    this.#parts = parts;
    const { config, part, operator, log } = parts;
    const { cluster } = config;
    if (cluster !== undefined)
      this.#exchange = new FiguresExchange(part.bus, new ClusterTopics(cluster.cluster));
    const questions = new ClusterQuestions({
      ask: (request) => operator.ask(request, ANSWER_WITHIN_MS),
      operation: (id) => operator.operation(id),
    });
    const watch = new ConsoleWatch(
      {
        node: part.name,
        livingNodes: () => part.livingNodes,
        figures: (node) => this.#figuresOf(node),
        nodes: () => questions.nodes(),
        shards: () => questions.shards(),
        operations: () => stored(operator.operations(OPERATIONS_SHOWN)),
        products: () => this.#hotProducts(),
      },
      systemClock,
      log,
    );
    this.streams = new ConsoleStreams(watch, systemClock);
  }

  /** The node takes part in its cluster, on this database: it tells other nodes its figures, and knows its products. */
  open(databaseUrl: string): void {
    this.#products = new PostgresHotProducts(databaseUrl, TENANT);
    this.#endAnswers =
      this.#exchange?.answer(this.#parts.part.name, () => takeFigures(this.#parts.figures)) ??
      this.#endAnswers;
  }

  /** Ends every stream. */
  async close(): Promise<void> {
    this.streams.close();
    this.#endAnswers();
    await this.#products?.close();
  }

  #figuresOf(node: string): Promise<NodeFigures> {
    const { part, figures } = this.#parts;
    if (node === part.name || this.#exchange === undefined) return takeFigures(figures);
    return this.#exchange.ask(node);
  }

  #hotProducts(): ReturnType<HotProducts["look"]> {
    if (this.#products === undefined) throw new Error("the node is starting");
    return stored(this.#products.look(systemClock.nowMs()));
  }
}

/** What is read from Postgres. Why it cannot be read may name the server: the log says it, and `/readyz`. */
async function stored<Value>(reading: Promise<Value>): Promise<Value> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof AdminFault) throw error;
    throw new Error("Postgres cannot be read", { cause: error });
  }
}
