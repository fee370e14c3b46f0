import type { Data } from "../../engine/contract/data.ts";
import type { SaleTerms } from "../../gateway/protocol/messages.ts";
import { columns } from "../cli/cluster/text-table.ts";
import type { ChangeEnding } from "./carry-out.ts";
import type { PlanRefusal, ProductChange, SaleAction, SalePlan } from "./sale-plan.ts";

/** What came of a change of a sale, or would come of it. */
export interface ChangeReport {
  readonly action: SaleAction;
  readonly dryRun: boolean;
  /** The idempotency key of its commands. */
  readonly key: string;
  readonly changed: number;
  readonly unchanged: number;
  /** Products that the shop refused to change. */
  readonly refused: number;
  /** Products that nobody answered for in time. */
  readonly unreached: number;
  readonly products: readonly ProductReport[];
  /** SKUs of products that stay paused when they are out of the sale. */
  readonly stayPaused: readonly string[];
  /** What becomes of the sale's waiting room. */
  readonly queue?: { readonly from: Data; readonly to: Data; readonly text: string };
  /** Why nothing was changed at all. */
  readonly prechecks: readonly PlanRefusal[];
}

/** One product's part of a {@link ChangeReport}. */
export interface ProductReport {
  readonly sku: string;
  readonly from: Data;
  readonly to: Data;
  readonly text: string;
  readonly result: "planned" | ChangeEnding["type"];
  readonly problem?: { readonly code: string; readonly detail: string };
}

const LINES_SHOWN = 20;

const WORDS: Readonly<Record<SaleAction, readonly [would: string, done: string]>> = {
  create: ["would be put into the sale", "put into the sale"],
  price: ["would be at the new price", "at the new price"],
  end: ["would be out of the sale", "out of the sale"],
  pause: ["would be paused", "paused"],
  resume: ["would be sold again", "sold again"],
  stock: ["would have another stock", "has another stock"],
};

/** Puts a plan and what came of it together; without endings it is a dry run's. */
export function changeReport(
  plan: SalePlan,
  key: string,
  endings: readonly ChangeEnding[] | undefined,
): ChangeReport {
  const products = plan.changes.map(({ sku, from, to, text }, index): ProductReport => {
    const ending = endings?.[index];
    if (ending === undefined) return { sku, from, to, text, result: "planned" };
    if (ending.type === "changed") return { sku, from, to, text, result: "changed" };
    const { code, detail } = ending.problem;
    return { sku, from, to, text, result: ending.type, problem: { code, detail } };
  });
  const count = (result: ProductReport["result"]): number =>
    products.filter((product) => product.result === result).length;
  return {
    action: plan.action,
    dryRun: endings === undefined,
    key,
    changed: count("changed"),
    unchanged: plan.unchanged.length,
    refused: count("refused"),
    unreached: count("unreached"),
    products,
    stayPaused: plan.stayPaused ?? [],
    ...(plan.queue === undefined ? {} : { queue: queueReport(plan.queue) }),
    prechecks: plan.refusals,
  };
}

function queueReport({ from, to, text }: ProductChange): NonNullable<ChangeReport["queue"]> {
  return { from, to, text };
}

/** How the command ends: 0 done or nothing to do, 1 failed, 2 wrong use, 3 partly, 5 conflict, 6 refused by a precheck. */
export function exitCodeOfChange({ prechecks, products, changed }: ChangeReport): 0 | 1 | 2 | 3 | 5 | 6 {
  if (prechecks.some(({ kind }) => kind === "wrong")) return 2;
  if (prechecks.some(({ kind }) => kind === "conflict")) return 5;
  if (prechecks.length > 0) return 6;
  const failed = products.filter(({ result }) => result === "refused" || result === "unreached");
  if (failed.length === 0) return 0;
  if (changed > 0) return 3;
  return failed.every(({ problem }) => CONFLICTS.has(problem?.code ?? "")) ? 5 : 1;
}

// Another operator was faster.
const CONFLICTS: ReadonlySet<string> = new Set(["other_sale", "sale_not_found"]);

/** The report for people. */
export function changeText(report: ChangeReport): string {
  const { prechecks, products, stayPaused, dryRun, action, unchanged } = report;
  if (prechecks.length > 0)
    return lines(["nothing was changed:", ...shown(prechecks.map(({ detail }) => `  ${detail}`))]);
  const [would, done] = WORDS[action];
  const good = products.filter(({ result }) => result === "planned" || result === "changed");
  const needs = unchanged === 1 ? "needs" : "need";
  const same = unchanged === 0 ? "" : `; ${unchanged} ${needs} no change`;
  const head =
    good.length === 0 && unchanged > 0 && products.length === 0 && report.queue === undefined
      ? `nothing to do: ${countedProducts(unchanged)} ${needs} no change`
      : `${countedProducts(good.length)} ${dryRun ? would : done}${same}`;
  return lines([
    ...(report.queue === undefined ? [] : [`waiting room: ${report.queue.text}`]),
    head,
    ...shown(columns(good.map(({ sku, text }) => [sku, text])).map((line) => `  ${line}`)),
    ...failures(products, "refused", "refused by the shop:"),
    ...failures(products, "unreached", `not reached, perhaps done all the same; ${finishing(report)}:`),
    ...pauses(stayPaused),
  ]);
}

/** A pause outlives the sale; whoever ends one may not have thought of it. */
function pauses(skus: readonly string[]): readonly string[] {
  if (skus.length === 0) return [];
  const [stay, they, are] = skus.length === 1 ? ["stays", "it", "is"] : ["stay", "they", "are"];
  const hidden = skus.length - LINES_SHOWN;
  const named = skus
    .slice(0, LINES_SHOWN)
    .map((sku) => ` --sku ${/\s/.test(sku) ? JSON.stringify(sku) : sku}`);
  const more = hidden <= 0 ? "" : ` … and ${hidden.toLocaleString("en")} more (--json has all)`;
  return [
    `${countedProducts(skus.length)} ${stay} paused until ${they} ${are} resumed: stampede sale resume${named.join("")}${more}`,
  ];
}

/** A change of stock counts as often as it is made, and times that were told from now on are others by then; all else is so, or not. */
function finishing({ action, key, products }: ChangeReport): string {
  const unreached = products.find(({ result }) => result === "unreached");
  if (action === "stock") return `the same command with --key ${key} counts once`;
  if (action !== "create" || unreached === undefined) return "the same command again finishes";
  const { startsAtMs, endsAtMs } = unreached.to as SaleTerms;
  const [starts, ends] = [new Date(startsAtMs), new Date(endsAtMs)].map((time) => time.toISOString());
  return `the same command with --starts ${starts} --ends ${ends} finishes`;
}

function failures(
  products: readonly ProductReport[],
  wanted: "refused" | "unreached",
  head: string,
): readonly string[] {
  const failed = products.filter(({ result }) => result === wanted);
  if (failed.length === 0) return [];
  return [
    `${countedProducts(failed.length)} ${head}`,
    ...shown(failed.map(({ sku, problem }) => `  ${sku}: ${problem?.detail ?? ""}`)),
  ];
}

function countedProducts(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "product" : "products"}`;
}

function shown(all: readonly string[]): readonly string[] {
  const hidden = all.length - LINES_SHOWN;
  return hidden <= 0
    ? all
    : [...all.slice(0, LINES_SHOWN), `  … and ${hidden.toLocaleString("en")} more (--json has all)`];
}

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
