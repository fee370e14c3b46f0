/** @jsxImportSource preact */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Part } from "../state/part.ts";
import { useKeptFocus } from "./use-kept-focus.ts";

/** Shows a part of the page, for which it asks: until it is there that it comes, and where it does not what can be done. */
export function PartPlace<Content>(props: {
  readonly part: Part<Content>;
  readonly coming: string;
  /** What gets the focus that a place has which goes. */
  readonly subjectId: string;
  readonly children: (content: Content) => JSX.Element;
}): JSX.Element {
  const { part } = props;
  useEffect(() => void part.want(), [part]);
  const state = part.state.value;
  if (state.type === "here") return props.children(state.content);
  return (
    <div role="status">
      {state.type === "coming" ? <p class="opening">{props.coming}</p> : <MissingPart {...props} />}
    </div>
  );
}

function MissingPart(props: { readonly part: Part<unknown>; readonly subjectId: string }): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  useKeptFocus(element, props.subjectId);
  return (
    <div class="nothing" ref={element}>
      <p>This part of the page could not be loaded. The page tries again by itself.</p>
      <button type="button" class="button" onClick={() => void insist(props.part)}>
        Try again
      </button>
    </div>
  );
}

/**
 * What was deployed since has other names, and some browsers never ask again for what did not come once: the page itself, loaded anew,
 * knows better, and shows the same place. Not while the shop is away: what is there would be lost.
 */
async function insist(part: Part<unknown>): Promise<void> {
  await part.want();
  if (part.state.peek().type === "here") return;
  const answer = await fetch("/", { method: "HEAD", cache: "no-store" }).catch(() => undefined);
  if (answer?.ok === true) location.reload();
}
