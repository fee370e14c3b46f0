import type { RunResult, ThresholdResult } from "../../runs/run-result.ts";
import { thresholdText } from "../../runs/thresholds.ts";
import { keptItsWord } from "../../runs/verdict.ts";
import { figure } from "../figures.ts";
import { html, type Markup } from "../markup.ts";

/** One thing that a reader must know before the figures. */
interface Remark {
  readonly tone: "good" | "warn" | "bad";
  readonly text: string;
}

/** Whether the shop kept its word and the thresholds were met, and what limits the figures. */
export function verdictSection(result: RunResult): Markup {
  return html`<ul class="verdict" aria-label="Verdict">
    ${remarks(result).map(({ tone, text }) => html`<li class="${tone}">${text}</li>`)}
  </ul>`;
}

function remarks(result: RunResult): readonly Remark[] {
  const { interrupted, shopWentAway, saturation, thresholds } = result;
  return [
    word(result),
    ...thresholdRemarks(thresholds),
    ...(shopWentAway ? [{ tone: "bad" as const, text: "The shop went away before the run was over." }] : []),
    ...(interrupted ? [{ tone: "warn" as const, text: "The run was ended before its time." }] : []),
    ...(saturation.isSaturated ? [saturated(saturation.reasons)] : []),
    ...unfinished(result),
    ...dropped(result),
    ...cpuUnknown(result),
  ];
}

function word({ reconciliation, scenario }: RunResult): Remark {
  if (reconciliation === null)
    return { tone: "warn", text: "Not compared with the journal: it could not be read any more." };
  const { acknowledged, confirmedInJournal, lost, oversold, unexplained, contradicted } = reconciliation;
  const isKept = keptItsWord(reconciliation);
  const scope = scenario.warmUpSeconds > 0 ? " (with the warm-up)" : "";
  const counted = `${figure(acknowledged)} orders acknowledged${scope}, ${figure(confirmedInJournal)} in the journal`;
  const faults = `${figure(lost)} lost, ${figure(oversold)} oversold, ${figure(unexplained)} unexplained, ${figure(contradicted)} contradicted`;
  return {
    tone: isKept ? "good" : "bad",
    text: `${isKept ? "The shop kept its word" : "THE SHOP BROKE ITS WORD"}: ${counted}, ${faults}.`,
  };
}

function thresholdRemarks(thresholds: readonly ThresholdResult[]): readonly Remark[] {
  if (thresholds.length === 0) return [];
  const broken = thresholds.filter(({ isMet }) => !isMet);
  const all = thresholds.length === 1 ? "The threshold is" : `All ${thresholds.length} thresholds are`;
  if (broken.length === 0) return [{ tone: "good", text: `${all} met.` }];
  return broken.map((threshold) => ({ tone: "bad", text: brokenText(threshold) }));
}

function brokenText(threshold: ThresholdResult): string {
  const { measured } = threshold;
  const was = measured === null ? "it was not measured" : `it was ${figure(measured, 3)}`;
  return `Threshold broken: ${thresholdText(threshold)}; ${was}.`;
}

function saturated(reasons: readonly string[]): Remark {
  return {
    tone: "warn",
    text: `The load generators were at their limit, so the figures are theirs: ${reasons.join("; ")}`,
  };
}

function cpuUnknown({ cpuUnknownBecause }: RunResult): readonly Remark[] {
  if (cpuUnknownBecause === null) return [];
  return [{ tone: "warn", text: `CPU time is unknown: ${cpuUnknownBecause}.` }];
}

function dropped({ whole }: RunResult): readonly Remark[] {
  if (whole.dropped === 0) return [];
  const arrivals = `${figure(whole.dropped)} of ${figure(whole.arrivals)} arrivals`;
  return [{ tone: "warn", text: `No connection was free for ${arrivals}: they were dropped.` }];
}

function unfinished({ whole }: RunResult): readonly Remark[] {
  if (whole.unfinished === 0) return [];
  const visits = `${figure(whole.unfinished)} visits`;
  return [
    { tone: "warn", text: `${visits} were cut off or waited in vain: their orders are in no latency.` },
  ];
}
