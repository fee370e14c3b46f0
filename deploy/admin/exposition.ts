import type { HistogramSample, MetricSample } from "./metric-sample.ts";

/** Content type of {@link formatExposition}. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Writes samples in the Prometheus text format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/): all samples of a name stand together below its help.
 */
export function formatExposition(samples: readonly MetricSample[]): string {
  return [...Map.groupBy(samples, ({ name }) => name).values()].flatMap(formatFamily).join("");
}

function formatFamily(samples: readonly MetricSample[]): string[] {
  const [first] = samples;
  if (first === undefined) return [];
  const help = first.help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return [
    `# HELP ${first.name} ${help}\n`,
    `# TYPE ${first.name} ${first.type}\n`,
    ...samples.flatMap((sample) =>
      sample.type === "histogram"
        ? formatHistogram(sample)
        : [formatLine(sample.name, sample.labels, sample.value)],
    ),
  ];
}

/** Buckets are cumulated here: each counts all values up to its bound. */
function formatHistogram({ name, labels, bounds, counts, sum }: HistogramSample): string[] {
  const lines: string[] = [];
  let below = 0;
  for (const [index, count] of counts.entries()) {
    below += count;
    const bound = bounds[index];
    const le = bound === undefined ? "+Inf" : String(bound);
    lines.push(formatLine(`${name}_bucket`, { ...labels, le }, below));
  }
  lines.push(formatLine(`${name}_sum`, labels, sum), formatLine(`${name}_count`, labels, below));
  return lines;
}

function formatLine(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}\n`;
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
