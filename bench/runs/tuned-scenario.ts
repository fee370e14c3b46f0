import type { Scenario, Threshold } from "../scenario/scenario.ts";

/** What whoever starts a run changes of its scenario. */
export interface Tuning {
  /** Connections in place of the scenario's. */
  readonly sockets?: number | undefined;
  /** All rates are multiplied by this. */
  readonly rateFactor: number;
  /** Warm-up and phases take this times as long, in whole seconds, at least one. */
  readonly secondsFactor: number;
  /** Processes that share the connections. */
  readonly generators: number;
  /** Thresholds beside the scenario's own. */
  readonly thresholds: readonly Threshold[];
}

/** Somebody asked of a scenario what it cannot be. */
export class TuningFault extends Error {
  override readonly name = "TuningFault";
}

/** The scenario as it is run: results say what was done, not what was meant. @throws {TuningFault} */
export function tuned(scenario: Scenario, tuning: Tuning): Scenario {
  const { sockets = scenario.sockets, generators, rateFactor, secondsFactor, thresholds } = tuning;
  if (rateFactor !== 1 && scenario.arrivals.kind !== "open") {
    throw new TuningFault(
      `--rate-factor: visitors of ${scenario.name} do not come at a rate (its arrivals are ${scenario.arrivals.kind})`,
    );
  }
  if (sockets < generators) {
    throw new TuningFault(
      `--generators: ${generators} generators need as many connections; ${scenario.name} has ${sockets}`,
    );
  }
  const phases = scenario.phases.map((phase) => ({
    ...phase,
    seconds: wholeSeconds(phase.seconds * secondsFactor),
    fromRate: phase.fromRate * rateFactor,
    toRate: phase.toRate * rateFactor,
  }));
  for (const { phase } of thresholds) {
    if (phase === undefined || phases.some(({ name }) => name === phase)) continue;
    const names = phases.map(({ name }) => name).join(", ");
    throw new TuningFault(
      `--threshold: ${scenario.name} has no phase ${JSON.stringify(phase)}; it has ${names}`,
    );
  }
  return {
    ...scenario,
    sockets,
    phases,
    warmUpSeconds: scenario.warmUpSeconds === 0 ? 0 : wholeSeconds(scenario.warmUpSeconds * secondsFactor),
    thresholds: [...scenario.thresholds, ...thresholds],
  };
}

/** Visitors are counted by the second, so a part of one would be told at a rate that it never had. */
function wholeSeconds(seconds: number): number {
  return Math.max(1, Math.round(seconds));
}
