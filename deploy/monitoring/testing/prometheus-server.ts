import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { steadyPort } from "../../../engine/programs/steady-port.ts";
import type { Subprocess } from "bun";
import { z } from "zod";
import { eventually } from "../../../persistence/testing/condition.ts";
import { prometheusPrograms } from "./prometheus-programs.ts";

const CONFIGURATION = new URL("../prometheus.yml", import.meta.url);
const RULES = new URL("../rules.yml", import.meta.url);

const configurationSchema = z.looseObject({
  scrape_configs: z.array(
    z.looseObject({ static_configs: z.array(z.looseObject({ labels: z.record(z.string(), z.string()) })) }),
  ),
});

const answerSchema = z.object({
  status: z.literal("success"),
  data: z.object({ result: z.array(z.unknown()) }),
});

/** A real Prometheus on a free port that watches one node, with the configuration of this folder otherwise. */
export class PrometheusServer {
  readonly #process: Subprocess;
  readonly #directory: string;
  readonly #port: number;

  private constructor(process: Subprocess, directory: string, port: number) {
    this.#process = process;
    this.#directory = directory;
    this.#port = port;
  }

  /** Starts it. `target` is the admin listener of the node, as host and port. */
  static async start(target: string): Promise<PrometheusServer> {
    const { prometheus } = await prometheusPrograms();
    const directory = mkdtempSync(join(tmpdir(), "stampede-prometheus-"));
    const file = join(directory, "prometheus.json");
    writeFileSync(file, JSON.stringify(configurationFor(target)));
    const port = steadyPort();
    const place = [`--storage.tsdb.path=${directory}/data`, `--web.listen-address=127.0.0.1:${port}`];
    const process = Bun.spawn([prometheus, `--config.file=${file}`, ...place, "--log.level=error"], {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "inherit",
    });
    const server = new PrometheusServer(process, directory, port);
    await eventually("Prometheus is ready", () => server.#isReady());
    return server;
  }

  /** What a query comes to now: one entry per series. @throws with its own words when Prometheus does not take it. */
  async query(query: string): Promise<readonly unknown[]> {
    const answer = await fetch(`${this.#url}/api/v1/query?query=${encodeURIComponent(query)}`);
    if (!answer.ok) throw new Error(`${query}: ${await answer.text()}`);
    return answerSchema.parse(await answer.json()).data.result;
  }

  async stop(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
    rmSync(this.#directory, { recursive: true, force: true });
  }

  get #url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async #isReady(): Promise<boolean> {
    if (this.#process.exitCode !== null) throw new Error("Prometheus ended; its last words are above");
    const answer = await fetch(`${this.#url}/-/ready`).catch(() => undefined);
    return answer?.ok === true;
  }
}

function configurationFor(target: string): unknown {
  const configuration = configurationSchema.parse(Bun.YAML.parse(readFileSync(CONFIGURATION, "utf8")));
  const [job] = configuration.scrape_configs;
  const [node] = job?.static_configs ?? [];
  return {
    ...configuration,
    global: { scrape_interval: "250ms", scrape_timeout: "250ms", evaluation_interval: "1s" },
    rule_files: [RULES.pathname],
    scrape_configs: [{ ...job, scrape_timeout: "250ms", static_configs: [{ ...node, targets: [target] }] }],
  };
}
