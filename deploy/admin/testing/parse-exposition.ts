/** All samples of one name. */
export interface MetricFamily {
  readonly type: string;
  /** Each sample with its labels as written, and its value. */
  readonly values: (readonly [sample: string, value: number])[];
}

const HELP = /^# HELP ([a-zA-Z_:][\w:]*) (.+)$/;
const TYPE = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram)$/;
const LABEL = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*"`;
const SAMPLE = new RegExp(
  String.raw`^(([a-zA-Z_:][\w:]*)(?:\{${LABEL}(?:,${LABEL})*\})?) (-?[\d.]+(?:e[+-]?\d+)?|[+-]Inf|NaN)$`,
);

/**
 * Reads the Prometheus text format as strictly as its description: help, type, then samples of that name only; no
 * family or sample twice; counters, and only they, end in `_total`, and none is negative.
 * @throws on the first line that breaks a rule.
 */
export function parseExposition(text: string): ReadonlyMap<string, MetricFamily> {
  const lines = text.split("\n");
  if (lines.pop() !== "") throw new Error("the last line does not end");
  const reader = new ExpositionReader();
  for (const [index, line] of lines.entries()) {
    const broken = reader.take(line);
    if (broken !== undefined) throw new Error(`line ${index + 1}: ${broken}: ${line}`);
  }
  return reader.families;
}

class ExpositionReader {
  readonly families = new Map<string, MetricFamily>();
  readonly #samples = new Set<string>();
  #name = "";

  /** Takes one line; returns the rule that it breaks. */
  take(line: string): string | undefined {
    const [, helped] = HELP.exec(line) ?? [];
    if (helped !== undefined) return this.#help(helped);
    const [, typed, type] = TYPE.exec(line) ?? [];
    if (typed !== undefined && type !== undefined) return this.#type(typed, type);
    const [, sample, name, value] = SAMPLE.exec(line) ?? [];
    if (sample === undefined || name === undefined) return "neither help, type nor sample";
    return this.#sample(sample, name, Number(value));
  }

  #help(name: string): string | undefined {
    if (this.families.has(name)) return "a second family of this name";
    this.#name = name;
    return undefined;
  }

  #type(name: string, type: string): string | undefined {
    if (name !== this.#name || this.families.has(name)) return "a type without its help";
    if ((type === "counter") !== name.endsWith("_total")) return "counters, and only they, end in _total";
    this.families.set(name, { type, values: [] });
    return undefined;
  }

  #sample(sample: string, name: string, value: number): string | undefined {
    const family = this.families.get(this.#name);
    const base = family?.type === "histogram" ? name.replace(/_(?:bucket|sum|count)$/, "") : name;
    if (family === undefined || base !== this.#name) return "a sample outside its family";
    if (this.#samples.has(sample)) return "the same sample twice";
    if (family.type === "counter" && value < 0) return "a negative counter";
    this.#samples.add(sample);
    family.values.push([sample, value]);
    return undefined;
  }
}
