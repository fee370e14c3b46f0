import { writeApiDocuments } from "./api-documents/written-documents.ts";

const USAGE = `npm run api-documents

Writes docs/openapi.json and docs/asyncapi.json from the routes, checks and shapes of this release. A shop serves them at
/v1/openapi.json and /v1/asyncapi.json.`;

const [argument] = process.argv.slice(2);
if (argument !== undefined) {
  const isHelp = argument === "--help" || argument === "-h";
  console[isHelp ? "log" : "error"](
    isHelp ? USAGE : `api-documents takes no arguments, not "${argument}"\n\n${USAGE}`,
  );
  process.exit(isHelp ? 0 : 2);
}

const written = await writeApiDocuments();
for (const file of written) console.log(`${file} is written`);
if (written.length === 0) console.log("both documents are current");
