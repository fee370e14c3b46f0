import { html, Markup } from "./markup.ts";

/** A table of a report. The first cell of each row says what the row is about. */
export interface Table {
  readonly caption: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns, from 0, of words in place of numbers. */
  readonly words?: readonly number[];
}

// Its end is left out, as HTML allows: long runs have many.
const ROW = new Markup("<tr>");

/** A table that scrolls by itself where it is wider or longer than its place; the keyboard reaches it, too. */
export function tableMarkup({ caption, headings, rows, words = [] }: Table): Markup {
  const isWords = (column: number): boolean => words.includes(column);
  const heading = (text: string, column: number): Markup =>
    isWords(column) ? html`<th scope="col" class="text">${text}</th>` : html`<th scope="col">${text}</th>`;
  const cell = (text: string, column: number): Markup => {
    if (column === 0) return html`<th scope="row">${text}</th>`;
    return isWords(column) ? html`<td class="text">${text}</td>` : html`<td>${text}</td>`;
  };
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
    <table class="wide">
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${headings.map(heading)}
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => [ROW, row.map(cell)])}
      </tbody>
    </table>
  </div>`;
}
