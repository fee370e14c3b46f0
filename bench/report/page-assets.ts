import { fileURLToPath } from "node:url";

/** Script and style of a report's page, each as one text. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

const PAGE = new URL("page/", import.meta.url);

/**
 * Builds the page's script with its chart library, and its style.
 * @throws AggregateError when the script does not compile.
 */
export async function buildPageAssets(): Promise<PageAssets> {
  const [script, chartStyle, pageStyle] = await Promise.all([
    buildScript(),
    Bun.file(fileURLToPath(import.meta.resolve("uplot/dist/uPlot.min.css"))).text(),
    Bun.file(new URL("report.css", PAGE)).text(),
  ]);
  return { script, style: `${chartStyle}\n${pageStyle}` };
}

async function buildScript(): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [fileURLToPath(new URL("main.ts", PAGE))],
    target: "browser",
    format: "iife",
    minify: true,
  });
  const [output] = outputs;
  if (output === undefined) throw new Error("the report's script was built into nothing");
  const text = await output.text();
  // Within a page this would end the script.
  if (/<\/script|<!--/i.test(text)) throw new Error("the report's script holds an end of a script");
  return text;
}
