import { compareGolden, describeChange, writeGolden } from "./golden/golden.ts";
import { goldens } from "./golden/goldens.ts";

const USAGE = `npm run golden

Writes the golden files of versions that have none yet: how this release stores and sends things. A file that exists is
never written again; when this release differs from it, that is said here, and nothing of that file is changed.`;

const [argument] = process.argv.slice(2);
if (argument !== undefined) {
  const isHelp = argument === "--help" || argument === "-h";
  console.log(isHelp ? USAGE : `golden takes no arguments, not "${argument}"\n\n${USAGE}`);
  process.exit(isHelp ? 0 : 2);
}

const written: string[] = [];
let changed = 0;
for (const golden of goldens()) {
  const status = await compareGolden(golden);
  switch (status.type) {
    case "same":
      break;
    case "missing":
      await writeGolden(golden);
      written.push(golden.file);
      console.log(`${golden.file} is written`);
      break;
    case "changed":
      changed += 1;
      console.error(describeChange(golden, status.differences));
      break;
  }
}
if (written.length > 0)
  Bun.spawnSync([process.execPath, "fmt", "--no-script", ...written], { cwd: `${import.meta.dir}/..` });
if (written.length === 0 && changed === 0) console.log("every golden file is there and holds");
process.exit(changed === 0 ? 0 : 1);
