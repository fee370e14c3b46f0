import type { Chart } from "../chart.ts";
import { percentileAt } from "../distribution-chart.ts";
import { aligned, figure } from "../figures.ts";
import { html, type Markup } from "../markup.ts";
import { tableMarkup } from "../table.ts";

/** Every chart with its figures in a table, for those who cannot see it or want to copy from it. */
export function chartsSection(charts: readonly Chart[]): Markup {
  return html`<div class="charts">${charts.map(chartMarkup)}</div>`;
}

function chartMarkup(chart: Chart): Markup {
  const { id, title, caption } = chart;
  return html`<figure aria-labelledby="${id}-title">
    <figcaption>
      <h3 id="${id}-title">${title}</h3>
      <p>${caption}</p>
    </figcaption>
    <div class="plot" data-chart="${id}" role="img" aria-label="${summary(chart)}">
      <p class="muted">Drawn by a script, which is off. The table has its figures.</p>
    </div>
    <details>
      <summary>${title} as a table</summary>
      ${tableMarkup({
        caption: `${title}, ${chart.vertical.label}`,
        headings: [chart.horizontal.kind === "seconds" ? "second" : "percentile", ...labels(chart)],
        rows: chart.at.map((_, row) => tableRow(chart, row)),
      })}
    </details>
  </figure>`;
}

function labels({ series }: Chart): readonly string[] {
  return series.map(({ label }) => label);
}

function tableRow({ at, series, horizontal, vertical }: Chart, row: number): readonly string[] {
  const place = at[row] ?? 0;
  const name = horizontal.kind === "seconds" ? String(place) : `${figure(percentileAt(place), 4)} %`;
  return [name, ...series.map(({ values }) => aligned(values[row], vertical.digits))];
}

/** What a chart shows, in words. */
function summary({ series, vertical }: Chart): string {
  const ranges = series.map(({ label, values }) => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return `${label} not measured`;
    const [least, most] = [Math.min(...known), Math.max(...known)];
    return `${label} from ${figure(least, vertical.digits)} to ${figure(most, vertical.digits)}`;
  });
  return `${vertical.label}: ${ranges.join(", ")}. The table below has all values.`;
}
