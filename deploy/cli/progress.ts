const LINE_EVERY_MS = 3_000;
const BAR_EVERY_MS = 100;
const BAR_WIDTH = 24;

/** Shows how far something is, on standard error: a bar on a terminal, otherwise a plain line every few seconds. */
export interface Progress {
  /** `done` units so far; `note` is shown beside them. `total`, if it is known now, or is another one than before. */
  update(done: number, note?: string, total?: number): void;
  /** Ends it with a last line. */
  finish(note?: string): void;
}

/** Starts to show progress; `total` is the number of units when it is known. */
export function progress(label: string, total?: number): Progress {
  const isTerminal = process.stderr.isTTY;
  const everyMs = isTerminal ? BAR_EVERY_MS : LINE_EVERY_MS;
  let shownAtMs = performance.now();
  let lastDone = 0;
  let lastTotal = total;
  const show = (text: string, isLast: boolean): void => {
    if (isTerminal) process.stderr.write(`\r\u001b[K${text}${isLast ? "\n" : ""}`);
    else process.stderr.write(`${text}\n`);
  };
  return {
    update(done, note, newTotal = lastTotal) {
      lastDone = done;
      lastTotal = newTotal;
      const nowMs = performance.now();
      if (nowMs - shownAtMs < everyMs) return;
      shownAtMs = nowMs;
      show(describe(label, done, lastTotal, note, isTerminal), false);
    },
    finish(note) {
      show(describe(label, lastDone, lastTotal, note, false), true);
    },
  };
}

function describe(
  label: string,
  done: number,
  total: number | undefined,
  note: string | undefined,
  withBar: boolean,
): string {
  const count =
    total === undefined
      ? done.toLocaleString("en")
      : `${done.toLocaleString("en")} of ${total.toLocaleString("en")}`;
  const bar = withBar && total !== undefined && total > 0 ? ` ${drawBar(done / total)}` : "";
  return `${label}${bar} ${count}${note === undefined ? "" : `, ${note}`}`;
}

function drawBar(share: number): string {
  const filled = Math.round(Math.min(Math.max(share, 0), 1) * BAR_WIDTH);
  return `[${"#".repeat(filled)}${".".repeat(BAR_WIDTH - filled)}]`;
}
