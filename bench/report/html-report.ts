import { createHash } from "node:crypto";
import type { RunResult } from "../runs/run-result.ts";
import type { ReportDrawings } from "./chart.ts";
import { bandsOf, chartsOf } from "./charts.ts";
import { embeddedJson, html, Markup } from "./markup.ts";
import { buildPageAssets } from "./page-assets.ts";
import { chartsSection } from "./sections/charts.ts";
import { circumstancesSection } from "./sections/circumstances.ts";
import { keyFiguresSection } from "./sections/key-figures.ts";
import { measuredSection } from "./sections/measured.ts";
import { promisesSection } from "./sections/promises.ts";
import { verdictSection } from "./sections/verdict.ts";

/**
 * A run as one page: script, style and figures are in it, and its security policy lets it fetch nothing. Without its
 * script it still shows every figure.
 * @throws when the page's script does not compile.
 */
export async function htmlReport(result: RunResult): Promise<string> {
  const { script, style } = await buildPageAssets();
  const drawings: ReportDrawings = { charts: chartsOf(result), bands: bandsOf(result) };
  const { name } = result.scenario;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy(script, style)}" />
        <meta name="viewport" content="width=device-width" />
        <title>${name}, ${result.startedAt}: Stampede</title>
        <link rel="icon" href="data:," />
        ${element("style", style)}
      </head>
      <body>
        ${body(result, drawings)}
        <script type="application/json" id="drawings">
          ${embeddedJson(drawings)}
        </script>
        ${element("script", script)}
      </body>
    </html>`;
  return `${page.text}\n`;
}

function body(result: RunResult, { charts }: ReportDrawings): Markup {
  const { scenario, startedAt, machine, seed } = result;
  return html`<header>
      <p class="muted">Stampede bench run</p>
      <h1>${scenario.name}</h1>
      <p>${scenario.description}</p>
      <p class="muted">${startedAt}, ${machine.processor}, ${machine.cores} cores, seed ${seed}</p>
    </header>
    <main>
      ${verdictSection(result)} ${keyFiguresSection(result)}
      <h2>Over time</h2>
      ${chartsSection(charts)} ${measuredSection(result)} ${promisesSection(result)}
      ${circumstancesSection(result)}
    </main>`;
}

/** An element that holds this text and not one space more, or its hash would be another. */
function element(name: "script" | "style", text: string): Markup {
  return new Markup(`<${name}>${text}</${name}>`);
}

/** Nothing but this script and this style: the page can reach nobody. */
function policy(script: string, style: string): string {
  const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return `default-src 'none'; img-src data:; script-src ${hash(script)}; style-src ${hash(style)}`;
}
