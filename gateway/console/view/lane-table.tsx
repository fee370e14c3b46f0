import type { JSX } from "preact";
import type {
  ConsoleCluster,
  ConsoleLane,
  ConsoleNode,
  ConsoleNodeFigures,
  ConsoleNow,
} from "../../protocol/console-line.ts";
import type { Act } from "../model/act.ts";
import { bytesText, countedText, durationText, numberText, shareText, timeText } from "../model/numbers.ts";
import { BalancingAct, NodeActs } from "./node-acts.tsx";
import { SectionHead } from "./section-head.tsx";

/** Nodes with their lanes: those that tell their figures, and those that whoever coordinates remembers. */
export function LaneTable({
  now,
  begin,
}: {
  readonly now: ConsoleNow;
  readonly begin: (act: Act) => void;
}): JSX.Element {
  const told = new Map(now.nodes.map((each) => [each.node, each]));
  const placed = now.cluster.value?.nodes ?? [];
  const names = [...new Set([...told.keys(), ...placed.map(({ node }) => node)])].toSorted();
  return (
    <section aria-labelledby="nodes">
      <SectionHead id="nodes" title="Nodes and lanes" known={now.cluster}>
        {now.cluster.value !== null && (
          <BalancingAct isSuspended={now.cluster.value.isBalancingSuspended} begin={begin} />
        )}
      </SectionHead>
      <ul class="nodes">
        {names.map((name) => (
          <Node key={name} name={name} told={told.get(name)} now={now} begin={begin} />
        ))}
      </ul>
    </section>
  );
}

function Node({
  name,
  told,
  now,
  begin,
}: {
  readonly name: string;
  readonly told: ConsoleNode | undefined;
  readonly now: ConsoleNow;
  readonly begin: (act: Act) => void;
}): JSX.Element {
  const placed = now.cluster.value?.nodes.find(({ node }) => node === name);
  const { value: figures = null, trouble = null, atMs = null } = told?.figures ?? {};
  return (
    <li class="panel node">
      <h3>
        {name} <Badges placed={placed} isCoordinator={now.cluster.value?.coordinator === name} />
      </h3>
      <p class="fine">{factsText(figures, placed)}</p>
      {trouble !== null && told !== undefined && (
        <p class="missing">
          {atMs === null ? "Not known yet" : `As of ${timeText(atMs)}`}: {trouble}.
        </p>
      )}
      {figures !== null && <Checks node={name} checks={figures.checks} />}
      <Lanes lanes={figures?.lanes ?? []} loads={placed?.laneLoads ?? []} />
      {placed !== undefined && <NodeActs placed={placed} begin={begin} />}
    </li>
  );
}

/** What a node tells of itself, and how many of its shards it serves. */
function factsText(
  figures: ConsoleNodeFigures | null,
  placed: ConsoleCluster["nodes"][number] | undefined,
): string {
  const served =
    placed === undefined ? [] : [`${placed.servingShards ?? "–"} of ${placed.expectedShards} shards served`];
  if (figures === null) return ["Tells no figures", ...served].join(" · ");
  const { release, processorShare, memoryBytes, sockets } = figures;
  const told = [
    release,
    `${shareText(processorShare)} of a core`,
    bytesText(memoryBytes),
    countedText(sockets, "open socket"),
  ];
  return [...told, ...served].join(" · ");
}

/** What whoever coordinates says of a node. */
function Badges({
  placed,
  isCoordinator,
}: {
  readonly placed: ConsoleCluster["nodes"][number] | undefined;
  readonly isCoordinator: boolean;
}): JSX.Element {
  return (
    <>
      {isCoordinator && <span class="badge">coordinates</span>}{" "}
      {placed !== undefined && placed.state !== "alive" && (
        <span class="badge badge-bad">{placed.state}</span>
      )}{" "}
      {placed?.draining === true && <span class="badge">drained</span>}
      {placed?.cordoned === true && !placed.draining && <span class="badge">cordoned</span>}
    </>
  );
}

/** What has to work before shoppers are sent to a node. */
function Checks({
  node,
  checks,
}: { readonly node: string } & Pick<ConsoleNodeFigures, "checks">): JSX.Element {
  return (
    <ul class="checks" aria-label={`Parts of ${node}`}>
      {checks.map((check) => (
        <li key={check.name} class={check.failure === null ? "check-good" : "check-bad"}>
          <span aria-hidden="true">{check.failure === null ? "✓" : "✗"}</span> {check.name}
          {check.failure !== null && <span>: {check.failure}</span>}
        </li>
      ))}
    </ul>
  );
}

/** `loads` by lane, as whoever coordinates has heard them. */
function Lanes({
  lanes,
  loads,
}: {
  readonly lanes: readonly ConsoleLane[];
  readonly loads: readonly (number | null)[];
}): JSX.Element {
  const count = Math.max(lanes.length, loads.length);
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Lane</th>
            <th scope="col">Processor</th>
            <th scope="col">Waiting</th>
            <th scope="col">Commits/s</th>
            <th scope="col">p99</th>
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: count }, (_, lane) => {
            const of = lanes.find((each) => each.lane === lane);
            const load = loads[lane] ?? null;
            return (
              <tr key={lane}>
                <th scope="row">
                  {lane}{" "}
                  {of !== undefined && of.state !== "serving" && (
                    <span class="badge badge-bad">{of.state}</span>
                  )}
                </th>
                <td>
                  <meter min={0} max={1} high={0.85} value={load ?? 0} aria-hidden="true" /> {shareText(load)}
                </td>
                <td>{numberText(of?.mailboxDepth ?? null)}</td>
                <td>{numberText(of?.commitsPerSecond ?? null)}</td>
                <td>{durationText(of?.commitP99Ms ?? null)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
