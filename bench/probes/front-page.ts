/**
 * What the first page of a shop costs that is open: how many a crowd gets of it in a second, how long each waits, and its bytes as
 * browsers get them. Several shops are asked in turns, so that they compare whatever the machine does meanwhile.
 * Run: bun bench/probes/front-page.ts --shop http://localhost:7070 [--shop …] [--path /] [--visitors 32] [--seconds 3] [--turns 5]
 */
import { readOptions, refuse, wholeNumber } from "./options.ts";
import { printTable } from "./table.ts";

const USAGE = `bun bench/probes/front-page.ts --shop URL [--shop URL] [options]

How many of its first page a crowd gets of a shop in a second, in turns with others.

  --shop URL     an open shop, such as http://localhost:7070; may be given several times
  --path PATH    the page (default: /)
  --visitors N   how many ask at a time, each for another as soon as it has one (default: 32)
  --seconds N    how long each shop is asked in a turn (default: 3)
  --turns N      how often each is asked (default: 5)
`;
const values = readOptions(USAGE, {
  shop: { type: "string", multiple: true, default: [] },
  path: { type: "string", default: "/" },
  visitors: { type: "string", default: "32" },
  seconds: { type: "string", default: "3" },
  turns: { type: "string", default: "5" },
});
const VISITORS = wholeNumber("--visitors", values.visitors);
const SECONDS = wholeNumber("--seconds", values.seconds);
const TURNS = wholeNumber("--turns", values.turns);
const PAGES = values.shop.map(
  (shop) => URL.parse(values.path, shop) ?? refuse(`--shop takes a URL, not ${shop}`),
);
if (PAGES.length === 0) refuse("--shop names no shop");

/** What came of one turn at one shop. */
interface Turn {
  readonly perSecond: number;
  readonly waitsMs: readonly number[];
}

const turns = PAGES.map((): Turn[] => []);
for (let turn = -1; turn < TURNS; turn++) {
  for (const [index, page] of PAGES.entries()) {
    const result = await crowd(page);
    // The first turn warms up.
    if (turn >= 0) turns[index]?.push(result);
  }
}
const rows = await Promise.all(
  PAGES.map(async (page, index) => {
    const rates = sorted((turns[index] ?? []).map(({ perSecond }) => perSecond));
    const waitsMs = sorted((turns[index] ?? []).flatMap((turn) => turn.waitsMs));
    return [
      page.href,
      at(rates, 0),
      at(rates, 0.5),
      at(rates, 1),
      at(waitsMs, 0.5),
      at(waitsMs, 0.99),
      await bytesOf(page),
    ];
  }),
);
printTable(["page", "slowest turn, pages/s", "median", "fastest", "p50, ms", "p99, ms", "bytes, gzip"], rows);

async function crowd(page: URL): Promise<Turn> {
  const waitsMs: number[] = [];
  const startedAtMs = performance.now();
  const endsAtMs = startedAtMs + SECONDS * 1_000;
  const visitor = async (): Promise<void> => {
    for (let askedAtMs = startedAtMs; askedAtMs < endsAtMs;) {
      askedAtMs = performance.now();
      await read(page);
      waitsMs.push(performance.now() - askedAtMs);
    }
  };
  await Promise.all(Array.from({ length: VISITORS }, visitor));
  return { perSecond: (waitsMs.length * 1_000) / (performance.now() - startedAtMs), waitsMs };
}

/** @throws Error when the shop has no such page. */
async function read(page: URL): Promise<Uint8Array> {
  const headers = { accept: "text/html", "accept-encoding": "gzip" };
  const response = await fetch(page, { headers, decompress: false });
  if (!response.ok) throw new Error(`${page.href} answered ${response.status}`);
  return response.bytes();
}

async function bytesOf(page: URL): Promise<number> {
  return (await read(page)).length;
}

function sorted(numbers: readonly number[]): readonly number[] {
  return numbers.toSorted((one, other) => one - other);
}

function at(numbers: readonly number[], share: number): number {
  return numbers[Math.min(numbers.length - 1, Math.floor(share * numbers.length))] ?? Number.NaN;
}
