/** A test that did not pass, and why. */
export interface FailedTest {
  /** `path:line`, from where the tests were run. */
  readonly place: string;
  /** With the names of the groups that it is in. */
  readonly name: string;
  /** What it threw, with its stack; may be of several lines. */
  readonly why: string;
}

/** Lines that are repeated of what one test threw: the rest is above. */
const LINES_MAX = 40;

/**
 * Reads from a JUnit report of `bun test` which tests failed. What could not even be loaded is not in there.
 * @throws SyntaxError when the report is no XML.
 */
export function readFailedTests(report: string): readonly FailedTest[] {
  return failedIn(Bun.XML.parse(report, { compact: false }));
}

function failedIn({ name: tag, attributes, children }: Bun.XML.Node): readonly FailedTest[] {
  const elements = children.filter((child) => typeof child === "object" && "name" in child);
  if (tag !== "testcase") return elements.flatMap(failedIn);
  const failure = elements.find(({ name }) => name === "failure");
  if (failure === undefined) return [];
  const { file = "", line = "", classname = "", name = "" } = attributes;
  const thrown = failure.children.filter((child) => typeof child === "string").join("");
  const lines = (thrown || (failure.attributes["message"] ?? "")).trimEnd().split("\n");
  return [
    {
      place: `${file}:${line}`,
      name: classname === "" ? name : `${classname} > ${name}`,
      why: lines.slice(0, LINES_MAX).join("\n"),
    },
  ];
}
