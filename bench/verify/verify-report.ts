import type { Check } from "./check.ts";
import type { Findings, Violation } from "./findings.ts";

/** What one check found. */
export interface CheckReport {
  readonly name: string;
  readonly sentence: string;
  readonly subject: string;
  readonly checked: number;
  readonly violations: number;
  /** Subjects that were still on their way when the journal was read. */
  readonly open: number;
  /** The first violations, at most `EXAMPLES_MAX`. */
  readonly examples: readonly Violation[];
  /** Why less was checked than one might expect. */
  readonly note?: string;
}

/** What a verification read and found. */
export interface VerifyReport {
  /** Subjects that were looked at, over all checks. */
  readonly checked: number;
  /** Violations over all checks; 0 proves every sentence for this journal. */
  readonly violations: number;
  readonly shards: number;
  readonly segments: number;
  readonly events: number;
  readonly actors: number;
  readonly elapsedMs: number;
  readonly checks: readonly CheckReport[];
}

/** The report of one check. */
export function checkReport(check: Omit<Check, "begin">, findings: Findings, note?: string): CheckReport {
  return {
    name: check.name,
    sentence: check.sentence,
    subject: check.subject,
    checked: findings.checkedCount,
    violations: findings.violationCount,
    open: findings.openCount,
    examples: findings.examples,
    ...(note === undefined ? {} : { note }),
  };
}
