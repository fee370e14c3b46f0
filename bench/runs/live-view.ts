import { clockText, countText } from "../figures/figures-text.ts";
import type { Saturation, TimelineSecond } from "./run-result.ts";
import type { RunStage } from "./run-stage.ts";
import { labelled, plainLine, secondLines, shownLatency, type ShownLine } from "./second-text.ts";
import { sparkline } from "./sparkline.ts";

/** Where a run is shown while it goes on. */
export interface Screen {
  /** Whether lines can be drawn again; else each is written once. */
  readonly isTerminal: boolean;
  readonly hasColour: boolean;
  /** 0 where the terminal does not say. */
  readonly columns: () => number;
  readonly write: (text: string) => void;
}

const PLAIN_EVERY_SECONDS = 5;
const REDRAW_EVERY_MS = 100;
const HISTORY_SECONDS = 60;
const BAR_WIDTH = 24;
const COLUMNS_UNLESS_KNOWN = 80;

const STYLES = { headline: "\u001b[1m", alarm: "\u001b[31m" } as const;
const RESET = "\u001b[0m";
const CLEAR_BELOW = "\u001b[J";

/** Shows a run while it goes on: a picture that is drawn again on a terminal, a line every few seconds elsewhere. */
export class LiveView {
  readonly #screen: Screen;
  readonly #name: string;
  readonly #totalSeconds: number;
  readonly #seconds: TimelineSecond[] = [];
  #stage: RunStage | undefined;
  #done = 0;
  #total: number | undefined;
  #drawnLines = 0;
  #drawnAtMs = Number.NEGATIVE_INFINITY;
  #plainPhase = "";
  #alarms: readonly string[] = [];

  /** `totalSeconds`: how long visitors come. */
  constructor(screen: Screen, name: string, totalSeconds: number) {
    this.#screen = screen;
    this.#name = name;
    this.#totalSeconds = totalSeconds;
  }

  /** What the run does now, and how much of it is done where that is known. */
  stage(stage: RunStage, done = 0, total?: number): void {
    const isNew = stage !== this.#stage;
    this.#stage = stage;
    this.#done = done;
    this.#total = total;
    if (this.#screen.isTerminal) this.#redraw(isNew || done === total);
    else if (isNew && stage !== "running") this.#screen.write(`${this.#name}: ${stage}\n`);
  }

  /** A second is over. */
  second(second: TimelineSecond): void {
    this.#seconds.push(second);
    if (this.#seconds.length > HISTORY_SECONDS) this.#seconds.shift();
    if (this.#screen.isTerminal) return this.#redraw(true);
    const isDue = (second.second + 1) % PLAIN_EVERY_SECONDS === 0 || second.phase !== this.#plainPhase;
    this.#plainPhase = second.phase;
    if (isDue) this.#screen.write(`${plainLine(second)}\n`);
  }

  /** Why the figures are those of the generators, as far as it is known. */
  saturated({ reasons }: Saturation): void {
    const isMore = reasons.length > this.#alarms.length;
    this.#alarms = reasons;
    // The next second draws it on a terminal; elsewhere each alarm is written once.
    if (!this.#screen.isTerminal && isMore) this.#screen.write(`SATURATED: ${reasons.join("; ")}\n`);
  }

  /** Takes the picture away: what follows is the result. */
  end(): void {
    this.#clear();
  }

  #redraw(isUrgent: boolean): void {
    const nowMs = performance.now();
    if (!isUrgent && nowMs - this.#drawnAtMs < REDRAW_EVERY_MS) return;
    this.#drawnAtMs = nowMs;
    this.#clear();
    // A line that the terminal wraps would count as two when it is drawn again.
    const width = (this.#screen.columns() || COLUMNS_UNLESS_KNOWN) - 1;
    const lines = this.#lines().map(({ text, style }) => this.#styled(cut(text, width), style));
    this.#screen.write(`${lines.join("\n")}\n`);
    this.#drawnLines = lines.length;
  }

  #clear(): void {
    if (this.#drawnLines > 0) this.#screen.write(`\u001b[${this.#drawnLines}A\r${CLEAR_BELOW}`);
    this.#drawnLines = 0;
  }

  #styled(text: string, style: ShownLine["style"]): string {
    return style === undefined || !this.#screen.hasColour ? text : `${STYLES[style]}${text}${RESET}`;
  }

  #lines(): readonly ShownLine[] {
    const second = this.#seconds.at(-1);
    if (second === undefined) return [{ text: `${this.#name}  ${this.#stageText()}`, style: "headline" }];
    const orders = sparkline(this.#seconds.map((each) => each.orders));
    const p99Ms = sparkline(this.#seconds.map(({ latencies }) => shownLatency(latencies).p99Ms));
    return [
      { text: this.#headline(second), style: "headline" },
      ...secondLines(second),
      { text: labelled("orders/s", orders) },
      { text: labelled("p99", `${p99Ms} ms`) },
      ...this.#alarms.map((reason): ShownLine => ({ text: labelled("SATURATED", reason), style: "alarm" })),
    ];
  }

  #headline({ phase, second }: TimelineSecond): string {
    if (this.#stage !== "running") return `${this.#name}  ${this.#stageText()}`;
    // What was under way at the end still makes a second of its own.
    const seconds = Math.min(second + 1, this.#totalSeconds);
    const time = `${clockText(seconds)} of ${clockText(this.#totalSeconds)}`;
    return `${this.#name}  ${phase}  ${time}  ${bar(seconds / this.#totalSeconds)}`;
  }

  #stageText(): string {
    const stage = this.#stage ?? "starting";
    if (this.#total === undefined) return stage;
    const share = this.#total === 0 ? 1 : this.#done / this.#total;
    return `${stage}  ${countText(this.#done)} of ${countText(this.#total)}  ${bar(share)}`;
  }
}

function bar(share: number): string {
  const filled = Math.round(Math.min(Math.max(share, 0), 1) * BAR_WIDTH);
  return `[${"#".repeat(filled)}${".".repeat(BAR_WIDTH - filled)}]`;
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
