/** What a shop's lanes say about themselves, all lanes together. */
export interface ShopFigures {
  readonly activatedActors: number;
  readonly checkpoints: number;
}

/** Reads the figures of a running shop. `metricsUrl` is on its admin port. @throws when they cannot be read. */
export async function readFigures(metricsUrl: string): Promise<ShopFigures> {
  const response = await fetch(metricsUrl);
  if (!response.ok) throw new Error(`${metricsUrl} answers ${response.status}`);
  const text = await response.text();
  return {
    activatedActors: sumOf(text, "stampede_activated_actors"),
    checkpoints: sumOf(text, "stampede_checkpoints_total"),
  };
}

/** The sum of a metric over its labels, in the text format of Prometheus. */
export function sumOf(metrics: string, name: string): number {
  return metrics
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}
