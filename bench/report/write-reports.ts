import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunResult } from "../runs/run-result.ts";
import { histogramLog } from "./histogram-log.ts";
import { htmlReport } from "./html-report.ts";
import { RESULT_FILE, resultText } from "./result-file.ts";
import { timelineCsv } from "./timeline-csv.ts";

/** Where the files of a run are. */
export interface ReportFiles {
  /** Everything; `stampede bench compare` reads it. */
  readonly json: string;
  /** A line per second. */
  readonly csv: string;
  /** The latencies in HdrHistogram's log format. */
  readonly histogramLog: string;
  /** One page that needs nothing beside itself. */
  readonly html: string;
}

/**
 * Writes what a run measured into a directory, which is made if it is not there; files of an earlier run are replaced.
 * The result comes first: whatever hinders the others, it is there.
 * @throws when a file cannot be written.
 */
export async function writeReports(result: RunResult, directory: string): Promise<ReportFiles> {
  await mkdir(directory, { recursive: true });
  const files: ReportFiles = {
    json: join(directory, RESULT_FILE),
    csv: join(directory, "timeline.csv"),
    histogramLog: join(directory, "latency.hlog"),
    html: join(directory, "report.html"),
  };
  await writeFile(files.json, resultText(result));
  await writeFile(files.csv, timelineCsv(result));
  await writeFile(files.histogramLog, histogramLog(result));
  await writeFile(files.html, await htmlReport(result));
  return files;
}
