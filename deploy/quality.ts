import { join } from "node:path";
import { parseQualityOptions } from "./quality/options.ts";
import { runSteps } from "./quality/run-steps.ts";
import { STEPS } from "./quality/steps.ts";

const USAGE = `npm test -- [--only STEP[,STEP]] [PATH…]

Everything a change must pass, in this order; a failed step does not stop the others.
  format   every file is formatted (repair: npm run format)
  lint     no rule of .oxlintrc.json is broken
  types    every package type checks and imports only what it may
  tests    bun test; each PATH narrows it to the files whose path contains it

The last line counts what passed and failed: each test, and each other step as one.
`;

const options = parseQualityOptions(process.argv.slice(2));
switch (options.type) {
  case "help":
    process.stdout.write(USAGE);
    break;
  case "refused":
    process.stderr.write(`${options.detail}\n\n${USAGE}`);
    process.exitCode = 2;
    break;
  case "run": {
    process.chdir(join(import.meta.dir, ".."));
    const steps = STEPS.filter((step) => options.only.length === 0 || options.only.includes(step.name));
    const totals = await runSteps(steps, options.paths);
    process.exitCode = totals.failed === 0 ? 0 : 1;
  }
}
