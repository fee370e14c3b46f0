import { box, circle, ellipse } from "./shape.ts";
import type { Glyph } from "./shape.ts";

/** Drawings of things for kitchens and rooms. */
export const kitchenAndHome = {
  mug: {
    shapes: [
      ["light", "M80 50q-7-9 0-17t0-16M104 50q-7-9 0-17t0-16", 4],
      ["main", "M130 86h10a19 19 0 0 1 0 42h-12", 11],
      ["main", "M54 68h80v58a32 32 0 0 1-32 32H86a32 32 0 0 1-32-32z"],
      ["dark", ellipse(94, 68, 40, 9)],
      ["accent", ellipse(94, 70, 32, 5)],
      [
        "dark",
        `${circle(70, 100, 2.5)}${circle(88, 118, 2)}${circle(112, 96, 2.5)}${circle(104, 138, 2)}${circle(76, 134, 2)}`,
      ],
    ],
  },
  kettle: {
    shapes: [
      ["main", "M62 142C28 140 48 92 26 80", 10],
      ["dark", "M128 104h26v38", 9],
      ["main", "M66 98h64l12 50a10 10 0 0 1-10 12H64a10 10 0 0 1-10-12z"],
      ["light", "M78 112l-7 34", 4],
      ["dark", "M72 98a26 18 0 0 1 52 0z"],
      ["accent", circle(98, 76, 8)],
    ],
  },
  grinder: {
    shapes: [
      ["dark", "M100 60V46h46", 7],
      ["accent", circle(150, 42, 12)],
      ["main", box(72, 64, 56, 100, 12)],
      ["dark", box(72, 104, 56, 10)],
      ["dark", box(78, 54, 44, 14, 6)],
      ["light", "M84 78v20M84 122v28", 4],
    ],
  },
  knife: {
    shapes: [
      ["light", "M22 92h104v28H76Q40 120 22 92z"],
      ["glow", "M30 100h96v20H76Q46 120 30 100z"],
      ["dark", box(122, 88, 12, 36, 3)],
      ["main", box(130, 91, 56, 26, 11)],
      ["accent", `${circle(146, 104, 4)}${circle(168, 104, 4)}`],
    ],
    turn: -28,
  },
  pan: {
    shapes: [
      ["dark", box(122, 94, 70, 16, 8)],
      ["dark", circle(84, 102, 52)],
      ["main", circle(84, 102, 42)],
      ["light", "M60 96c4-18 28-24 40-10 14 2 20 18 8 28-6 16-30 14-36 4-12 0-16-12-12-22z"],
      ["warm", circle(84, 104, 11)],
    ],
    turn: -24,
  },
  carafe: {
    shapes: [
      ["glow", "M84 48h32v32c0 14 26 26 26 54a26 26 0 0 1-26 26H84a26 26 0 0 1-26-26c0-28 26-40 26-54z"],
      ["main", "M61 120h78c3 8 3 12 3 14a26 26 0 0 1-26 26H84a26 26 0 0 1-26-26c0-4 1-9 3-14z"],
      ["light", "M84 48h32v32c0 14 26 26 26 54a26 26 0 0 1-26 26H84a26 26 0 0 1-26-26c0-28 26-40 26-54z", 4],
      ["accent", box(84, 32, 32, 22, 5)],
    ],
  },
  chair: {
    shapes: [
      ["dark", "M68 116l-12 44M136 116l12 44", 7],
      ["main", "M58 112C44 88 46 56 58 38q12-8 24 0c-8 22-6 46 2 66z"],
      ["light", "M64 50c-6 16-5 34 2 50", 3],
      ["main", box(56, 102, 92, 20, 10)],
      ["accent", "M74 82h58q12 0 12 14v8", 7],
    ],
  },
  stool: {
    shapes: [
      ["dark", "M68 106l-10 54M132 106l10 54M64 136h72", 8],
      ["main", box(46, 82, 108, 30, 15)],
      ["light", "M62 92h76M62 102h76", 2.5],
      ["accent", "M82 83v28M118 83v28", 5],
    ],
  },
  tableLamp: {
    shapes: [
      ["glow", circle(100, 98, 66)],
      ["dark", box(94, 104, 12, 42, 4)],
      ["dark", box(66, 144, 68, 15, 7)],
      ["light", ellipse(100, 108, 22, 9)],
      ["main", "M74 44h52q5 0 7 5l18 54q1 5-5 5H54q-6 0-5-5l18-54q2-5 7-5z"],
      ["accent", "M126 108v20", 3],
      ["accent", circle(126, 132, 5)],
    ],
  },
  plant: {
    shapes: [
      ["leaf", "M100 106C98 72 82 52 50 48c0 30 18 54 50 58zM100 106c0-40 16-64 52-72 0 38-18 66-52 72z"],
      ["glow", "M100 106C90 84 78 68 60 56M102 104c8-26 20-42 38-58", 3],
      ["leaf", "M98 104C90 70 94 46 104 26c12 26 12 52-2 78z"],
      ["main", "M64 112h72l-9 42a8 8 0 0 1-8 6H81a8 8 0 0 1-8-6z"],
      ["dark", box(58, 102, 84, 18, 6)],
    ],
  },
  cactus: {
    shapes: [
      ["leaf", "M84 92H66V70M116 84h18V64", 15],
      ["leaf", box(80, 36, 40, 90, 20)],
      ["glow", "M92 54v50M108 54v50", 3],
      ["accent", `${circle(100, 38, 8)}${circle(134, 58, 5)}`],
      ["main", "M56 120h88l-8 34a8 8 0 0 1-8 6H72a8 8 0 0 1-8-6z"],
      ["dark", box(50, 112, 100, 15, 6)],
    ],
  },
  vase: {
    shapes: [
      ["leaf", "M102 62C100 44 112 34 124 26M98 62C98 46 88 38 78 34", 4],
      ["accent", `${circle(126, 24, 10)}${circle(76, 32, 8)}`],
      [
        "main",
        "M84 58h32c0 12-4 14-4 20 0 10 30 20 30 48 0 20-14 36-26 36H84c-12 0-26-16-26-36 0-28 30-38 30-48 0-6-4-8-4-20z",
      ],
      ["dark", "M92 90C74 106 72 140 86 160M108 90c18 16 20 50 6 70M100 92v68", 2.5],
    ],
  },
  clock: {
    shapes: [
      ["dark", circle(100, 106, 62)],
      ["main", circle(100, 100, 62)],
      ["light", circle(100, 100, 51)],
      ["dark", "M100 56v9M100 135v9M56 100h9M135 100h9", 4],
      ["ink", "M100 100V70M100 100l24 14", 6],
      ["accent", "M100 116V62", 2.5],
      ["accent", circle(100, 100, 5)],
    ],
  },
  candle: {
    shapes: [
      ["glow", circle(100, 60, 36)],
      ["warm", "M100 32c14 16 16 24 12 32a13 13 0 0 1-24 0c-4-8-2-16 12-32z"],
      ["ink", "M100 88V70", 3.5],
      ["main", box(60, 84, 80, 78, 14)],
      ["dark", ellipse(100, 90, 36, 7)],
      ["light", box(76, 110, 48, 32, 5)],
      ["dark", "M86 121h28M90 131h20", 3],
    ],
  },
} as const satisfies Record<string, Glyph>;
