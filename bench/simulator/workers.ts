import { join } from "node:path";
import type { SimulationResult } from "./simulation.ts";
import type { WorkerOrder } from "./worker.ts";

const WORKER = join(import.meta.dir, "worker.ts");
const MUTATE = join(import.meta.dir, "mutate.ts");

/** Which seeds, and whether they may be ended early. */
export interface SeedsToRun {
  readonly first: number;
  readonly count: number;
  readonly faults?: readonly string[] | undefined;
  /** Ends the run early: what was taken so far counts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs seeds in a process of their own, with a mutation of the program where one is named. `took` is called with each
 * result as it comes. Ends early, without an error, when `signal` says so.
 * @throws when the process ends badly, with what it said.
 */
export async function runSeeds(
  order: WorkerOrder,
  took: (result: SimulationResult) => void,
  { mutation, signal }: { readonly mutation?: string; readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  if (signal?.aborted === true) return;
  const preload = mutation === undefined ? [] : ["--preload", MUTATE];
  const named = mutation === undefined ? [] : [mutation];
  const worker = Bun.spawn([process.execPath, ...preload, WORKER, JSON.stringify(order), ...named], {
    stdout: "pipe",
    stderr: "pipe",
    stdin: "ignore",
    // A session of its own: Ctrl-C reaches us, and we end it.
    detached: true,
  });
  const end = (): void => worker.kill("SIGKILL");
  signal?.addEventListener("abort", end, { once: true });
  const said = new Response(worker.stderr).text();
  for await (const line of linesOf(worker.stdout)) took(JSON.parse(line) as SimulationResult);
  const exitCode = await worker.exited;
  signal?.removeEventListener("abort", end);
  if (exitCode !== 0 && !isAborted(signal))
    throw new Error(`a worker of the simulation failed:\n${await said}`);
}

/** Spreads seeds over processes, one per processor. */
export async function runEverywhere(
  { first, count, faults, signal }: SeedsToRun,
  took: (result: SimulationResult) => void,
): Promise<void> {
  const step = Math.min(navigator.hardwareConcurrency, count);
  await Promise.all(
    Array.from({ length: step }, (_, worker) => {
      const order = { first: first + worker, step, count: Math.ceil((count - worker) / step), faults };
      return runSeeds(order, took, { signal });
    }),
  );
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of stream) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
