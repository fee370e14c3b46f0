import type { SellingPlan, SellingReport } from "../../protocol/console-act.ts";
import type { Outcome, SellingAct, ShownPlan } from "./act.ts";
import { countedText } from "./numbers.ts";

type Action = SellingAct["action"];

const DONE: Readonly<Record<Action, string>> = { pause: "paused", resume: "sold" };

/** What a pause would stop, or its end would have sold again. */
export function sellingPlanText(action: Action, plan: SellingPlan): ShownPlan {
  const { id, isListCurrent, changes, unchanged, available, held, products } = plan;
  const isPause = action === "pause";
  const units = `${countedText(available, "unit")} left of all of these, ${countedText(held, "unit")} in carts.`;
  const all = countedText(changes, "product");
  if (changes === 0)
    return {
      sentences: [`Nothing to do: ${areSo(unchanged, action)} already.`, units],
      items: [],
      confirm: null,
      planId: null,
    };
  const hidden = changes - products.length;
  return {
    sentences: [
      `${all} ${isPause ? "would be paused" : "would be sold again"}${unchanged === 0 ? "" : `; ${areSo(unchanged, action)} already`}.`,
      units,
      ...(isPause
        ? [
            "Nothing comes to carts any more, and pages say so at once. What is in carts can still be paid for.",
          ]
        : []),
      ...oldList(isListCurrent),
    ],
    items: [
      ...products.map(({ sku, text }) => `${sku}: ${text}`),
      ...(hidden > 0 ? [`… and ${countedText(hidden, "more product")}`] : []),
    ],
    confirm: isPause ? `Pause ${all}` : `Sell ${all} again`,
    // Nobody waits with a pause because a further product has come. What is sold again has to be what was shown.
    planId: isPause ? null : id,
  };
}

/** What has come of it. */
export function sellingOutcome(action: Action, report: SellingReport): Outcome {
  const { changed, unchanged, refused, unreached, failures, isListCurrent } = report;
  const hidden = refused + unreached - failures.length;
  const head =
    changed === 0 && refused + unreached === 0
      ? `There was nothing left to do: ${areSo(unchanged, action)} already.`
      : `${areSo(changed, action)}${action === "resume" ? " again" : ""} now${unchanged === 0 ? "" : `; ${areSo(unchanged, action)} already`}.`;
  return {
    result: resultOf(report),
    sentences: [
      head,
      ...(refused === 0 ? [] : [`The shop refused ${countedText(refused, "product")}.`]),
      ...(unreached === 0
        ? []
        : [`${countedText(unreached, "product")} could not be reached; it may be done all the same.`]),
      ...oldList(isListCurrent),
    ],
    items: [
      ...failures.map(({ sku, detail }) => `${sku}: ${detail}`),
      ...(hidden > 0 ? [`… and ${countedText(hidden, "more product")}`] : []),
    ],
    operation: null,
  };
}

function resultOf({ changed, refused, unreached }: SellingReport): Outcome["result"] {
  if (refused + unreached === 0) return "done";
  if (changed > 0) return "partly";
  return unreached === 0 ? "refused" : "unknown";
}

function areSo(count: number, action: Action): string {
  return `${countedText(count, "product")} ${count === 1 ? "is" : "are"} ${DONE[action]}`;
}

function oldList(isCurrent: boolean): readonly string[] {
  return isCurrent
    ? []
    : [
        "The list of products is old: what has joined the sale since may be missing, so look once more later.",
      ];
}
