import type { JSX } from "preact";
import type { ConsoleOperation, Known } from "../../protocol/console-line.ts";
import { timeText } from "../model/numbers.ts";
import { SectionHead } from "./section-head.tsx";

const ID_SHOWN = 8;

/** What the cluster does, and has done lately. */
export function OperationList({
  operations,
}: {
  readonly operations: Known<readonly ConsoleOperation[]>;
}): JSX.Element {
  return (
    <section aria-labelledby="operations">
      <SectionHead id="operations" title="Operations" known={operations} />
      {operations.value?.length === 0 && <p class="fine">None yet.</p>}
      <ul class="operations">
        {(operations.value ?? []).map((operation) => (
          <OperationRow key={operation.id} operation={operation} />
        ))}
      </ul>
    </section>
  );
}

function OperationRow({ operation }: { readonly operation: ConsoleOperation }): JSX.Element {
  const { id, kind, status, askedBy, stepsDone, stepsTotal, createdAtMs, endedAtMs } = operation;
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
    </li>
  );
}
