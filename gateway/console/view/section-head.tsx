import type { ComponentChildren, JSX } from "preact";
import type { Known } from "../../protocol/console-line.ts";
import { timeText } from "../model/numbers.ts";

/** The heading of a section; where what it shows is not known now, since when, and why. */
export function SectionHead({
  id,
  title,
  known,
  children,
}: {
  readonly id: string;
  readonly title: string;
  readonly known: Known<unknown>;
  /** What can be done with all of it. */
  readonly children?: ComponentChildren;
}): JSX.Element {
  const { atMs, trouble } = known;
  return (
    <div class="section-head">
      <h2 id={id}>{title}</h2>
      {trouble !== null && (
        <p class="missing">
          {atMs === null ? "Not known yet" : `As of ${timeText(atMs)}`}: {trouble.replace(/\.$/, "")}.
        </p>
      )}
      {children}
    </div>
  );
}
