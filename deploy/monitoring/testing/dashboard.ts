import { readFileSync } from "node:fs";
import { z } from "zod";

const dashboardSchema = z.looseObject({
  uid: z.string(),
  title: z.string(),
  schemaVersion: z.int(),
  annotations: z.object({ list: z.array(z.looseObject({ expr: z.string() })) }),
  panels: z.array(
    z.looseObject({
      id: z.int(),
      title: z.string().min(1),
      type: z.enum(["row", "stat", "timeseries"]),
      gridPos: z.object({ h: z.int(), w: z.int(), x: z.int(), y: z.int() }),
      datasource: z.object({ type: z.literal("prometheus"), uid: z.string() }).optional(),
      fieldConfig: z.looseObject({ defaults: z.looseObject({ unit: z.string() }) }).optional(),
      targets: z
        .array(z.looseObject({ refId: z.string(), expr: z.string(), legendFormat: z.string() }))
        .default([]),
    }),
  ),
});

/** The dashboard as Grafana reads it. */
export type Dashboard = z.infer<typeof dashboardSchema>;

/** Reads the dashboard that Grafana is given. @throws when it does not look like one. */
export function readDashboard(): Dashboard {
  const file = new URL("../grafana/stampede.json", import.meta.url);
  return dashboardSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** All queries, with the panel that asks them. Grafana's own variables have the value that is given. */
export function queriesOf(
  { panels, annotations }: Dashboard,
  rateInterval: string,
): readonly { readonly panel: string; readonly query: string }[] {
  return [
    ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ panel: title, query: expr }))),
    ...annotations.list.map(({ expr }) => ({ panel: "annotations", query: expr })),
  ].map(({ panel, query }) => ({ panel, query: query.replaceAll("$__rate_interval", rateInterval) }));
}
