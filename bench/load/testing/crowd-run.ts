import { decodeFromCompressedBase64 } from "hdr-histogram-js";
import { testScenario } from "../../runs/testing/scenario.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import type { Counted } from "../counts.ts";
import type { FromGenerator, GeneratorSecond, GeneratorTask, Timed } from "../generator-messages.ts";
import { LoadCrowd } from "../load-crowd.ts";
import type { PretendShop } from "./pretend-shop.ts";

/** What a crowd has told, to its end. */
export interface CrowdRun {
  readonly told: readonly FromGenerator[];
  readonly seconds: readonly GeneratorSecond[];
  readonly acknowledged: number;
  readonly end: Extract<FromGenerator, { readonly kind: "done" }>;
  /** Sum of a count over all seconds. */
  total(what: Counted): number;
  /** How many latencies of this kind there are. */
  timed(what: Timed): number;
  /** Refusals with this code. */
  refused(code: string): number;
}

/** A task for a pretend shop; `scenario` is what differs from a second of shopping in a closed loop by one visitor. */
export function taskFor(
  shop: Pick<PretendShop, "socketUrl">,
  scenario: Partial<Scenario> = {},
  changes: Partial<GeneratorTask> = {},
): GeneratorTask {
  return {
    scenario: testScenario({
      arrivals: { kind: "closed" },
      sockets: 1,
      warmUpSeconds: 0,
      phases: [{ name: "all", seconds: 0.3, fromRate: 0, toRate: 0 }],
      ...scenario,
    }),
    runId: "run",
    seed: 1,
    generator: 0,
    generators: 1,
    socketUrl: shop.socketUrl,
    skus: ["A", "B", "C"],
    beacon: undefined,
    recorded: [],
    ...changes,
  };
}

/** Runs a crowd in this process to its end. `heard` is called with everything that it tells. */
export async function runCrowd(
  task: GeneratorTask,
  heard: (message: FromGenerator, crowd: LoadCrowd) => void = () => undefined,
): Promise<CrowdRun> {
  const told: FromGenerator[] = [];
  const ended = Promise.withResolvers<Extract<FromGenerator, { readonly kind: "done" }>>();
  const crowd: LoadCrowd = new LoadCrowd(
    task,
    (message) => {
      told.push(message);
      heard(message, crowd);
      if (message.kind === "done") ended.resolve(message);
    },
    { finishMs: 500, goneMs: 500 },
  );
  await crowd.open();
  crowd.begin(performance.now());
  const end = await ended.promise;
  const seconds = told.flatMap((message) => (message.kind === "second" ? [message.second] : []));
  return {
    told,
    seconds,
    end,
    acknowledged: told.reduce(
      (sum, each) => sum + (each.kind === "acknowledged" ? each.orders.length : 0),
      0,
    ),
    total: (what) => seconds.reduce((sum, second) => sum + second[what], 0),
    timed: (what) => seconds.reduce((sum, { micros }) => sum + countOf(micros[what]), 0),
    refused: (code) => seconds.reduce((sum, { refusedByCode }) => sum + (refusedByCode[code] ?? 0), 0),
  };
}

function countOf(histogram: string | undefined): number {
  return histogram === undefined ? 0 : decodeFromCompressedBase64(histogram, 32, false).totalCount;
}
