import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const top = join(import.meta.dir, "../..");
const pages = ["*.md", "docs/**/*.md"].flatMap((pattern) => [...new Bun.Glob(pattern).scanSync(top)]);

const LINK = /\]\(([^)\s]+)\)/g;
const HEADING = /^#+ (.+)$/gm;
const CODE_BLOCK = /^```.*?^```$/gms;

function textOf(path: string): string {
  return readFileSync(path, "utf8").replaceAll(CODE_BLOCK, "");
}

/** The anchors of a page's headings, as code hosts make them. */
function anchorsOf(path: string): ReadonlySet<string> {
  const headings = [...textOf(path).matchAll(HEADING)].map(([, heading = ""]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

function isBroken(page: string, link: string): boolean {
  if (/^[a-z]+:/.test(link)) return false;
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? join(top, page) : join(top, dirname(page), path);
  if (!existsSync(target)) return true;
  return anchor !== undefined && !anchorsOf(target).has(anchor);
}

test("the README is among the pages", () => {
  expect(pages).toContain("README.md");
});

for (const page of pages) {
  test(`every link of ${page} leads somewhere`, () => {
    const links = [...textOf(join(top, page)).matchAll(LINK)].map(([, link = ""]) => link);
    expect(links.filter((link) => isBroken(page, link))).toEqual([]);
  });
}
