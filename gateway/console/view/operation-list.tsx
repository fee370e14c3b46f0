import type { JSX } from "preact";
import type { ConsoleOperation, Known } from "../../protocol/console-line.ts";
import type { Act } from "../model/act.ts";
import { timeText } from "../model/numbers.ts";
import { SectionHead } from "./section-head.tsx";

const ID_SHOWN = 8;
/** Operations with moves that can be undone; all others are done at once, or last until another one ends them. */
const MOVING: ReadonlySet<string> = new Set(["move", "drain", "rebalance"]);

/** What the cluster does, and has done lately. */
export function OperationList({
  operations,
  begin,
}: {
  readonly operations: Known<readonly ConsoleOperation[]>;
  readonly begin: (act: Act) => void;
}): JSX.Element {
  return (
    <section aria-labelledby="operations">
      <SectionHead id="operations" title="Operations" known={operations} />
      {operations.value?.length === 0 && <p class="fine">None yet.</p>}
      <ul class="operations">
        {(operations.value ?? []).map((operation) => (
          <OperationRow key={operation.id} operation={operation} begin={begin} />
        ))}
      </ul>
    </section>
  );
}

function OperationRow({
  operation,
  begin,
}: {
  readonly operation: ConsoleOperation;
  readonly begin: (act: Act) => void;
}): JSX.Element {
  const { id, kind, status, askedBy, stepsDone, stepsTotal, createdAtMs, endedAtMs, ending } = operation;
  const isOver = endedAtMs !== null;
  return (
    <li class="panel operation">
      <b>{kind}</b> <code>{id.slice(-ID_SHOWN)}</code>
      <span class={`badge ${status === "failed" || status === "partly" ? "badge-bad" : ""}`}>{status}</span>
      {!isOver && stepsTotal > 0 && <progress max={stepsTotal} value={stepsDone} aria-hidden="true" />}
      {stepsTotal > 0 && (
        <span>
          {stepsDone} of {stepsTotal} steps
        </span>
      )}
      <span class="fine">
        {askedBy}, {timeText(createdAtMs)}
        {isOver && ` to ${timeText(endedAtMs)}`}
      </span>
      {ending !== null && <p class="operation-ending">{ending}</p>}
      {!isOver && MOVING.has(kind) && (
        <button
          type="button"
          aria-label={`Cancel the ${kind} ${id.slice(-ID_SHOWN)}`}
          onClick={() => begin({ type: "cancel", operation })}
        >
          Cancel…
        </button>
      )}
    </li>
  );
}
