import type { RunReconciliation, RunResult, ThresholdResult } from "../../runs/run-result.ts";
import { figure } from "../figures.ts";
import { html, type Markup } from "../markup.ts";
import { tableMarkup } from "../table.ts";

/** The thresholds, and what the journal says about the orders that shoppers were told of. */
export function promisesSection({ thresholds, reconciliation }: RunResult): Markup {
  return html`<h2>Thresholds</h2>
    <div class="card">
      ${thresholds.length === 0 ? html`<p>There were none.</p>` : thresholdTable(thresholds)}
    </div>
    <h2>Compared with the journal</h2>
    <div class="card">
      ${reconciliation === null ? html`<p>The journal could not be read any more.</p>` : comparison(reconciliation)}
    </div>`;
}

function thresholdTable(thresholds: readonly ThresholdResult[]): Markup {
  return tableMarkup({
    caption: "Thresholds",
    headings: ["measure", "phase", "must be", "was", ""],
    words: [1, 2, 4],
    rows: thresholds.map(({ measure, comparison: sign, limit, phase, measured, isMet }) => [
      measure,
      phase ?? "all",
      `${sign} ${figure(limit, 3)}`,
      measured === null ? "not measured" : figure(measured, 3),
      isMet ? "met" : "BROKEN",
    ]),
  });
}

function comparison(found: RunReconciliation): Markup {
  const rows: readonly (readonly [string, number | null])[] = [
    ["orders that shoppers were told of", found.acknowledged],
    ["confirmed in the journal", found.confirmedInJournal],
    ["attempts without an answer", found.unanswered],
    ["orders that nobody was told of, beyond these", found.unexplained],
    ["lost", found.lost],
    ["oversold units", found.oversold],
    ["answers that the journal says otherwise", found.contradicted],
    ["units sold", found.soldUnits],
    ["units received", found.receivedUnits],
    ["bytes in Postgres per order, journal and its indexes", found.journalBytesPerOrder],
  ];
  const named = [...found.contradictions, ...found.lostOrders.map((order) => `lost: ${order}`)];
  return html`${tableMarkup({
    caption: "What shoppers were told, and what the journal says; the warm-up included",
    headings: ["what", "count"],
    rows: rows.map(([what, value]) => [what, figure(value)]),
  })}
  ${
    named.length === 0
      ? []
      : html`<ul>
          ${named.map((line) => html`<li>${line}</li>`)}
        </ul>`
  }`;
}
