import type { ClusterRig, RigNode } from "../../../bench/cluster/cluster-rig.ts";
import type { CollectingLog } from "../../../engine/testing/collecting-log.ts";
import { ClusterTopics } from "../../../engine/transport/bus/cluster-topics.ts";
import type { HotProduct } from "../../../persistence/postgres/hot-products.ts";
import { ConsoleStreams } from "../../console/console-stream.ts";
import { ConsoleWatch } from "../../console/console-watch.ts";
import { FiguresExchange } from "../../console/figures-exchange.ts";
import type { NodeFigures } from "../../console/node-figures.ts";
import { FIGURES_SAMPLE } from "../../console/testing/figures-sample.ts";
import { systemClock } from "../../system-clock.ts";
import { ClusterQuestions } from "../api/cluster-questions.ts";

const TOPICS = new ClusterTopics("rig");
const ANSWER_WITHIN_MS = 900;
const OPERATIONS_SHOWN = 12;

/** The console of one node of a rig, whose nodes tell what a test wants them to. */
export interface RigConsole {
  readonly streams: ConsoleStreams;
  /** By node: what it tells. */
  readonly figures: Map<string, NodeFigures>;
  /** What the read models answer. */
  products: () => Promise<readonly HotProduct[]>;
}

/** The console of a node; all nodes tell their figures by the rig's bus. */
export function rigConsole(cluster: ClusterRig, asked: RigNode, log: CollectingLog): RigConsole {
  const well = {
    ...FIGURES_SAMPLE,
    unreadableShards: 0,
    checks: [{ name: "database", failure: null }],
    lanes: FIGURES_SAMPLE.lanes?.map((lane) => ({ ...lane, callsStuck: 0 })) ?? null,
  };
  const figures = new Map(cluster.living.map(({ name }): [string, NodeFigures] => [name, well]));
  const told = (node: string): NodeFigures => figures.get(node) ?? well;
  for (const { name, bus } of cluster.living)
    new FiguresExchange(bus, TOPICS).answer(name, async () => told(name));
  const exchange = new FiguresExchange(asked.bus, TOPICS);
  const { operator } = asked.node;
  const questions = new ClusterQuestions({
    ask: (request) => operator.ask(request, ANSWER_WITHIN_MS),
    operation: (id) => operator.operation(id),
  });
  const watch = new ConsoleWatch(
    {
      node: asked.name,
      livingNodes: () => asked.node.livingNodes,
      figures: (node) => (node === asked.name ? Promise.resolve(told(node)) : exchange.ask(node)),
      nodes: () => questions.nodes(),
      shards: () => questions.shards(),
      operations: () => operator.operations(OPERATIONS_SHOWN),
      products: () => console.products(),
    },
    systemClock,
    log,
  );
  const console: RigConsole = {
    streams: new ConsoleStreams(watch, systemClock),
    figures,
    products: async () => [],
  };
  return console;
}
