import type { RunResult } from "../../runs/run-result.ts";
import { figure, gigabytes } from "../figures.ts";
import { html, type Markup } from "../markup.ts";
import { tableMarkup } from "../table.ts";

/** What one needs to know to repeat a run. */
export function circumstancesSection(result: RunResult): Markup {
  const { machine, scenario } = result;
  const rows: readonly (readonly [string, string])[] = [
    ["run", result.runId],
    ["started", result.startedAt],
    ["seed", String(result.seed)],
    ["Stampede", result.version],
    ["shop", result.url],
    ["load generators", figure(result.generators)],
    ["machine", machine.id],
    ["processor", `${machine.processor}, ${machine.cores} cores`],
    ["memory", gigabytes(machine.memoryBytes)],
    ["system", `${machine.system}, Bun ${machine.bun}`],
  ];
  return html`<h2>Circumstances</h2>
    <div class="card">
      ${tableMarkup({ caption: "What the figures depend on", headings: ["what", "value"], words: [1], rows })}
      <details>
        <summary>The whole scenario</summary>
        <div class="scroll" role="region" tabindex="0" aria-label="The whole scenario">
          <pre>${JSON.stringify(scenario, undefined, 2)}</pre>
        </div>
      </details>
    </div>`;
}
