import { updateGoldens } from "./golden/golden.ts";
import { goldens } from "./golden/goldens.ts";

const USAGE = `npm run golden

Writes the golden files of versions that have none yet: how this release stores and sends things. A file that exists is
never written again; when this release differs from it, that is said here, and nothing of that file is changed.`;

const [argument] = process.argv.slice(2);
if (argument !== undefined) {
  const isHelp = argument === "--help" || argument === "-h";
  console[isHelp ? "log" : "error"](
    isHelp ? USAGE : `golden takes no arguments, not "${argument}"\n\n${USAGE}`,
  );
  process.exit(isHelp ? 0 : 2);
}

const { written, changes } = await updateGoldens(goldens());
for (const file of written) console.log(`${file} is written`);
for (const change of changes) console.error(change);
if (written.length + changes.length === 0) console.log("every golden file is there and holds");
process.exit(changes.length === 0 ? 0 : 1);
