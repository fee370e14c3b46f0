import type { JSX } from "preact";
import type { ConsoleChange } from "../../protocol/console-act.ts";
import type { ConsoleCluster } from "../../protocol/console-line.ts";
import { titleOf, type Act } from "../model/act.ts";

/** What can be done with a node. */
export function NodeActs({
  placed: { node, cordoned, draining },
  begin,
}: {
  readonly placed: ConsoleCluster["nodes"][number];
  readonly begin: (act: Act) => void;
}): JSX.Element {
  const isOpen = !cordoned && !draining;
  return (
    <div class="acts">
      {isOpen && <ClusterButton change={{ type: "CordonNode", node }} text="Cordon…" begin={begin} />}
      {!draining && <ClusterButton change={{ type: "DrainNode", node }} text="Drain…" begin={begin} />}
      {!isOpen && <ClusterButton change={{ type: "UndrainNode", node }} text="Undrain…" begin={begin} />}
    </div>
  );
}

/** Whether loads are balanced without being asked for. */
export function BalancingAct({
  isSuspended,
  begin,
}: {
  readonly isSuspended: boolean;
  readonly begin: (act: Act) => void;
}): JSX.Element {
  return (
    <div class="acts">
      <ClusterButton
        change={{ type: isSuspended ? "ResumeRebalancing" : "SuspendRebalancing" }}
        text={isSuspended ? "Resume balancing…" : "Suspend balancing…"}
        begin={begin}
      />
    </div>
  );
}

function ClusterButton({
  change,
  text,
  begin,
}: {
  readonly change: ConsoleChange;
  readonly text: string;
  readonly begin: (act: Act) => void;
}): JSX.Element {
  const act: Act = { type: "cluster", change };
  return (
    <button type="button" aria-label={titleOf(act)} onClick={() => begin(act)}>
      {text}
    </button>
  );
}
