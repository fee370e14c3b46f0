import { html, type Markup } from "./markup.ts";

/** A table of a report. The first cell of each row says what the row is about. */
export interface Table {
  readonly caption: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns, from 0, of words in place of numbers. */
  readonly words?: readonly number[];
}

/** A table that scrolls by itself where it is wider or longer than its place; the keyboard reaches it, too. */
export function tableMarkup({ caption, headings, rows, words = [] }: Table): Markup {
  const kind = (column: number): string => (words.includes(column) ? "text" : "number");
  const cells = (row: readonly string[]): readonly Markup[] =>
    row.map((cell, column) => {
      if (column === 0) return html`<th scope="row">${cell}</th>`;
      return html`<td class="${kind(column)}">${cell}</td>`;
    });
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
    <table class="wide">
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${headings.map((heading, column) => html`<th scope="col" class="${kind(column)}">${heading}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${cells(row)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
