// What npm and Bun name the script that they run.
const SCRIPT = "stampede";

/** What stands in front of a command for whoever types the next one: a clone has this program as a script of npm, the image by its name. */
export function programName(): string {
  return process.env["npm_lifecycle_event"] === SCRIPT ? `npm run ${SCRIPT} --` : SCRIPT;
}
