import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { REASON_LENGTH_MAX } from "../../protocol/bounds.ts";
import { isComplete } from "../model/act.ts";
import type { ActState, OpenAct } from "../state/act-state.ts";
import { SellingChoiceFields } from "./selling-choice-fields.tsx";

const NAME_LENGTH_MAX = 128;

/** Asks for what an act needs before it can be looked at what it does. */
export function ActForm({
  open: { act, details },
  trouble,
  state,
}: {
  readonly open: OpenAct;
  readonly trouble: string | null;
  readonly state: ActState;
}): JSX.Element {
  const [given, give] = useState(details);
  const isSelling = act.type === "selling";
  const isPause = isSelling && act.action === "pause";
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void state.look(given);
      }}
    >
      {isSelling && (
        <SellingChoiceFields
          fixed={act.choice}
          choice={given.choice}
          sales={state.sales.value}
          choose={(choice) => give((before) => ({ ...before, choice }))}
        />
      )}
      {isSelling && (
        <>
          <label for="act-reason">{isPause ? "Why" : "Why (if you like)"}</label>
          <input
            id="act-reason"
            value={given.reason}
            maxLength={REASON_LENGTH_MAX}
            required={isPause}
            aria-describedby="act-reason-hint"
            onInput={({ currentTarget: { value } }) => give((before) => ({ ...before, reason: value }))}
          />
          <p id="act-reason-hint" class="fine">
            {isPause ? "For the journal and other operators; shoppers do not see it." : "For the log."}
          </p>
        </>
      )}
      <label for="act-name">Your name</label>
      <input
        id="act-name"
        value={given.askedBy}
        maxLength={NAME_LENGTH_MAX}
        required
        aria-describedby="act-name-hint"
        onInput={({ currentTarget: { value } }) => give((before) => ({ ...before, askedBy: value }))}
      />
      <p id="act-name-hint" class="fine">
        It is kept with what you do. This tab remembers it.
      </p>
      <p class="fault" role="alert">
        {trouble}
      </p>
      <div class="act-buttons">
        <button type="button" onClick={() => state.close()}>
          Close
        </button>
        <button type="submit" class="button-strong" disabled={!isComplete(act, given)}>
          Look what happens
        </button>
      </div>
    </form>
  );
}
