import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ConsoleOperation } from "../../protocol/console-line.ts";
import { titleOf, type Outcome, type ShownPlan } from "../model/act.ts";
import { numberText } from "../model/numbers.ts";
import type { ActState, ActStage, OpenAct } from "../state/act-state.ts";
import { ActForm } from "./act-form.tsx";

/** What somebody wants done: asked for, shown before it is done, and told after it. `operations` are those that are known now. */
export function ActDialog({
  state,
  operations,
}: {
  readonly state: ActState;
  readonly operations: readonly ConsoleOperation[];
}): JSX.Element | null {
  const open = state.open.value;
  return open === null ? null : <OpenDialog open={open} state={state} operations={operations} />;
}

function OpenDialog({
  open,
  state,
  operations,
}: {
  readonly open: OpenAct;
  readonly state: ActState;
  readonly operations: readonly ConsoleOperation[];
}): JSX.Element {
  const place = useRef<HTMLDialogElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const { act, stage } = open;
  useEffect(() => {
    const [dialog, opener] = [place.current, document.activeElement];
    dialog?.showModal();
    return () => {
      dialog?.close();
      // A dialog that is taken off the page does not give the focus back by itself.
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  // What had the focus may be gone; and what comes next is to be read before it is pressed.
  useEffect(() => {
    if (stage.type !== "asking") title.current?.focus();
  }, [stage.type]);
  return (
    <dialog
      ref={place}
      class="act"
      aria-labelledby="act-title"
      onCancel={(event) => {
        event.preventDefault();
        state.close();
      }}
    >
      <h2 id="act-title" ref={title} tabIndex={-1}>
        {titleOf(act)}
      </h2>
      {stage.type === "asking" && <ActForm open={open} trouble={stage.trouble} state={state} />}
      <div role="status" class="act-told">
        <Told stage={stage} operations={operations} />
      </div>
      {stage.type !== "asking" && <Buttons stage={stage} open={open} state={state} />}
    </dialog>
  );
}

function Told({
  stage,
  operations,
}: {
  readonly stage: ActStage;
  readonly operations: readonly ConsoleOperation[];
}): JSX.Element | null {
  switch (stage.type) {
    case "asking":
      return null;
    case "planning":
      return <p>Looking what would happen…</p>;
    case "planned":
      return <Plan plan={stage.plan} />;
    case "acting":
      return <Progress progress={stage.progress} />;
    case "ended":
      return <Ended outcome={stage.outcome} operations={operations} />;
  }
}

function Plan({ plan }: { readonly plan: ShownPlan }): JSX.Element {
  return (
    <>
      {plan.sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <Items items={plan.items} />
      {plan.confirm !== null && <p class="fine">Nothing is done yet.</p>}
    </>
  );
}

function Progress({ progress }: Pick<Extract<ActStage, { type: "acting" }>, "progress">): JSX.Element {
  if (progress === null) return <p>Being done…</p>;
  const { ended, all } = progress;
  return (
    <>
      <p>
        Being done
        <Ticking text={`: ${numberText(ended)} of ${numberText(all)}`} />
      </p>
      <progress max={Math.max(1, all)} value={ended} aria-hidden="true" />
    </>
  );
}

const WORDS: Readonly<Record<Outcome["result"], string>> = {
  done: "Done",
  begun: "Under way",
  partly: "Partly done",
  refused: "Refused",
  unknown: "Not known",
};

function Ended({
  outcome,
  operations,
}: {
  readonly outcome: Outcome;
  readonly operations: readonly ConsoleOperation[];
}): JSX.Element {
  const followed = operations.find(({ id }) => id === outcome.operation);
  const isBad = outcome.result !== "done" && outcome.result !== "begun";
  return (
    <>
      <p class={isBad ? "fault" : "done"} data-result={outcome.result}>
        {WORDS[outcome.result]}
      </p>
      {outcome.sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <Items items={outcome.items} />
      {outcome.result === "begun" && followed !== undefined && (
        <p>
          Now {followed.status}
          {followed.stepsTotal > 0 && (
            <Ticking text={`: ${followed.stepsDone} of ${followed.stepsTotal} steps`} />
          )}
          {followed.ending !== null && `. ${followed.ending}`}
        </p>
      )}
    </>
  );
}

/** What changes so often that it would be read out without an end. */
function Ticking({ text }: { readonly text: string }): JSX.Element {
  return <span aria-hidden="true">{text}</span>;
}

function Items({ items }: { readonly items: readonly string[] }): JSX.Element | null {
  if (items.length === 0) return null;
  return (
    <ul class="act-items" tabIndex={0} aria-label="One by one">
      {items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  );
}

function Buttons({
  stage,
  open,
  state,
}: {
  readonly stage: ActStage;
  readonly open: OpenAct;
  readonly state: ActState;
}): JSX.Element {
  const isAsked = open.act.type === "selling";
  const confirm = stage.type === "planned" ? stage.plan.confirm : null;
  const isShort = stage.type === "ended" && !["done", "begun"].includes(stage.outcome.result);
  return (
    <div class="act-buttons">
      <button type="button" onClick={() => state.close()}>
        Close
      </button>
      {stage.type === "planned" && isAsked && (
        <button type="button" onClick={() => state.back()}>
          Change
        </button>
      )}
      {isShort && (
        <button type="button" onClick={() => void state.look(open.details)}>
          Look what is left
        </button>
      )}
      {confirm !== null && (
        <button type="button" class="button-strong" onClick={() => void state.confirm()}>
          {confirm}
        </button>
      )}
    </div>
  );
}
