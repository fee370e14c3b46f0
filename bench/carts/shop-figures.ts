/** What a shop's lanes say about themselves, all lanes together. */
export interface ShopFigures {
  readonly activatedActors: number;
  readonly checkpoints: number;
}

/** Reads the figures of a running shop. `metricsUrl` is on its admin port. @throws when they cannot be read. */
export async function readFigures(metricsUrl: string): Promise<ShopFigures> {
  const text = await readMetrics(metricsUrl);
  return {
    activatedActors: sumOf(text, "stampede_activated_actors"),
    checkpoints: sumOf(text, "stampede_checkpoints_total"),
  };
}

/** Reads one metric of a running shop, all lanes together. @throws when it cannot be read. */
export async function readMetric(metricsUrl: string, name: string): Promise<number> {
  return sumOf(await readMetrics(metricsUrl), name);
}

async function readMetrics(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return response.text();
}

/** The sum of a metric over its labels, in the text format of Prometheus. */
export function sumOf(metrics: string, name: string): number {
  return metrics
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}
