/** What one chart of a report shows; the table beside it shows the same. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  /** One sentence: what can be seen in it. */
  readonly caption: string;
  readonly horizontal: HorizontalAxis;
  readonly vertical: VerticalAxis;
  /** Values of the horizontal axis, rising; as many as each series has. */
  readonly at: readonly number[];
  readonly series: readonly Series[];
}

/**
 * `seconds`: since the start of the run. `nines`: how many nines a percentile has, so that 0 is 0 %, 1 is 90 % and 4 is
 * 99.99 %.
 */
export interface HorizontalAxis {
  readonly label: string;
  readonly kind: "seconds" | "nines";
}

export interface VerticalAxis {
  readonly label: string;
  /** Digits behind the point. */
  readonly digits: number;
  /** `logarithmic`: shows nothing where a value is 0. */
  readonly kind: "linear" | "logarithmic";
}

/** One line of a chart; null where there is no value. */
export interface Series {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** `steps`: a value holds until the next. */
  readonly shape: "line" | "steps";
}

/** A stretch of a run, shaded in charts over seconds. */
export interface Band {
  readonly label: string;
  readonly fromSecond: number;
  readonly toSecond: number;
}

/** What a report's page needs to draw: put into it as JSON. */
export interface ReportDrawings {
  readonly charts: readonly Chart[];
  readonly bands: readonly Band[];
}
