/** The names of the steps, as `--only` takes them. */
export const STEP_NAMES = ["format", "lint", "types", "tests"] as const;

/** The name of a step. */
export type StepName = (typeof STEP_NAMES)[number];

/** One thing that every change must pass. */
export interface Step {
  readonly name: StepName;
  /** What it checks, for the headline. */
  readonly title: string;
  /** Arguments to Bun. */
  readonly command: readonly string[];
  /** How to make it pass again. */
  readonly repair: string;
  /** A step that counts its own tests; any other counts as one. */
  readonly counted: boolean;
}

/**
 * The steps, quickest first. Each test file has a process of its own: files cannot see one another's leftovers, and
 * a crash fails one file. Files that need a database start their own, on a free port and in a folder of their own.
 */
export const STEPS: readonly Step[] = [
  {
    name: "format",
    title: "every file is formatted",
    command: ["fmt", "--no-script", "--check"],
    repair: "npm run format",
    counted: false,
  },
  {
    name: "lint",
    title: "no lint rule is broken",
    // Through Bun, since the program's own first line asks for Node.
    command: ["node_modules/oxlint/bin/oxlint", "--deny-warnings", "--report-unused-disable-directives"],
    repair: "see the rule's name; .oxlintrc.json says which rules hold where",
    counted: false,
  },
  {
    name: "types",
    title: "every package type checks and imports only what it may",
    command: ["check", "--no-script", "-b"],
    repair:
      "a file outside a package's references means that it may not import it (its tsconfig.json lists them)",
    counted: false,
  },
  {
    name: "tests",
    title: "the tests",
    // On a busy machine a test that starts a server takes long; the setting in bunfig.toml is not read.
    command: ["test", "--parallel", "--timeout=60000"],
    repair: "npm test -- --only tests PATH runs one file",
    counted: true,
  },
];
