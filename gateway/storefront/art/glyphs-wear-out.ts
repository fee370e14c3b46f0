import { box, circle, grid } from "./shape.ts";
import type { Glyph } from "./shape.ts";

const LENSES = "M32 82h60v18a30 30 0 0 1-60 0zM108 82h60v18a30 30 0 0 1-60 0z";
const SHIRT = "M72 42L36 60 22 98l26 10 8-16v70h88V92l8 16 26-10-14-38-36-18a28 22 0 0 1-56 0z";

/** Drawings of things to wear, to take outdoors and to play with. */
export const wearOutdoorAndPlay = {
  shoe: {
    shapes: [
      ["light", "M26 134h146q8 24-14 24H40q-18 0-14-24z"],
      ["main", "M28 136V92c14 8 28 4 36-14l18-6 38 36c18 6 46 6 52 28z"],
      ["dark", "M28 136V92c8 5 17 6 24 2l8 42z"],
      ["accent", "M74 128q26-4 42-22", 7],
      ["light", "M78 98l14-12M91 110l14-12M104 120l13-11", 5],
    ],
    turn: -8,
  },
  jacket: {
    shapes: [
      ["main", "M72 40L38 60 22 146h28l8-40v56h84v-56l8 40h28l-16-86-34-20z"],
      ["dark", "M68 42q32-24 64 0l-16 20H84z"],
      ["dark", "M100 60v102", 3],
      ["light", "M68 128l16-8M132 128l-16-8", 4],
      ["accent", box(112, 78, 18, 11, 3)],
    ],
  },
  shirt: {
    shapes: [
      ["main", SHIRT],
      ["dark", "M72 42a28 22 0 0 0 56 0", 6],
      ["accent", box(112, 84, 17, 17, 4)],
    ],
  },
  stripedShirt: {
    shapes: [
      ["light", SHIRT],
      [
        "main",
        "M56 84h88v9H56zM56 104h88v9H56zM56 124h88v9H56zM56 144h88v9H56zM28 84l24 9-4 10-24-10zM172 84l-24 9 4 10 24-10z",
      ],
      ["main", "M72 42a28 22 0 0 0 56 0", 6],
    ],
  },
  cap: {
    shapes: [
      ["main", "M36 126a54 60 0 0 1 108 0z"],
      ["dark", "M90 66v60M90 66q-32 18-34 58M90 66q32 18 34 58", 2.5],
      ["dark", "M70 122h76q36 4 40 20-50-12-116-6-34 0-34-10z"],
      ["accent", circle(90, 66, 7)],
    ],
  },
  watch: {
    shapes: [
      ["dark", box(78, 20, 44, 160, 12)],
      ["accent", box(143, 93, 12, 14, 4)],
      ["main", circle(100, 100, 48)],
      ["light", circle(100, 100, 38)],
      ["dark", "M100 68v7M100 125v7M68 100h7M125 100h7", 3.5],
      ["ink", "M100 100V78M100 100l17 11", 5],
      ["accent", circle(100, 100, 5)],
    ],
    turn: 12,
  },
  glasses: {
    shapes: [
      ["ink", LENSES],
      ["glow", "M40 90h20l-16 30q-6-8-6-18zM116 90h20l-16 30q-6-8-6-18z"],
      ["main", LENSES, 7],
      ["main", "M90 92q10-9 20 0", 7],
      ["accent", `${circle(36, 84, 4)}${circle(164, 84, 4)}`],
    ],
    turn: -6,
  },
  socks: {
    shapes: [
      ["dark", "M98 46h36v64q0 8 8 14l12 10a17 17 0 0 1-20 28l-26-16q-12-8-12-22z"],
      ["main", "M58 40h40v70q0 8 8 14l14 10a18 18 0 0 1-20 30l-28-16q-14-8-14-24z"],
      ["light", "M58 68h40M58 80h40", 5],
      ["accent", box(54, 34, 48, 17, 5)],
      ["accent", "M100 164a18 18 0 0 0 20-30l-5-4-20 31z"],
    ],
  },
  backpack: {
    shapes: [
      ["dark", "M82 44a18 16 0 0 1 36 0", 8],
      ["dark", box(42, 92, 20, 52, 9)],
      ["dark", box(138, 92, 20, 52, 9)],
      ["main", "M52 80a38 38 0 0 1 38-38h20a38 38 0 0 1 38 38v66a16 16 0 0 1-16 16H68a16 16 0 0 1-16-16z"],
      ["light", "M64 82h72", 3.5],
      ["dark", box(66, 104, 68, 46, 12)],
      ["accent", "M76 118h48", 4.5],
    ],
  },
  rollTop: {
    shapes: [
      ["main", box(54, 56, 92, 106, 16)],
      ["dark", box(48, 40, 104, 25, 11)],
      ["accent", "M100 44v52", 7],
      ["accent", box(90, 92, 20, 17, 4)],
      ["light", "M68 126h64v22H68z", 3.5],
    ],
  },
  tent: {
    shapes: [
      ["light", circle(152, 52, 13)],
      ["dark", "M96 44l8-12M96 44l66 110", 5],
      ["dark", "M96 46l68 108h-30z"],
      ["main", "M96 46L28 154h112z"],
      ["ink", "M96 46L66 154h56z"],
      ["light", "M96 46L66 154h18z"],
      ["accent", "M20 157h160", 6],
    ],
  },
  flask: {
    shapes: [
      ["dark", "M122 44h16v24", 6],
      ["dark", box(76, 30, 48, 36, 10)],
      ["main", box(70, 60, 60, 106, 20)],
      ["accent", box(70, 106, 60, 12)],
      ["light", "M84 78v20M84 126v20", 5],
    ],
  },
  lantern: {
    shapes: [
      ["dark", "M72 70a28 38 0 0 1 56 0", 6],
      ["glow", circle(100, 108, 52)],
      ["light", box(72, 78, 56, 58, 8)],
      ["warm", "M100 88c12 14 14 20 10 28a11 11 0 0 1-20 0c-4-8-2-14 10-28z"],
      ["main", "M76 60h48l12 20H64z"],
      ["main", "M64 132h72l8 22a6 6 0 0 1-6 8H62a6 6 0 0 1-6-8z"],
      ["dark", "M84 80v52M116 80v52", 3],
    ],
  },
  compass: {
    shapes: [
      ["dark", circle(100, 40, 12), 6],
      ["main", circle(100, 108, 56)],
      ["light", circle(100, 108, 44)],
      ["dark", "M100 70v8M100 138v8M62 108h8M130 108h8", 3.5],
      ["accent", "M118 74l-8 42-20-16z"],
      ["dark", "M82 142l8-42 20 16z"],
      ["light", circle(100, 108, 4)],
    ],
  },
  bicycle: {
    shapes: [
      ["ink", `${circle(52, 126, 32)}${circle(148, 126, 32)}`, 6],
      ["main", "M52 126l28-50h52l16 50M80 76l24 50H52M104 126l28-50", 7.5],
      ["main", "M80 76l-4-12M132 76l-5-18", 6],
      ["dark", "M64 62h26M118 56h22", 9],
      ["accent", circle(104, 126, 10)],
      ["dark", `${circle(52, 126, 4)}${circle(148, 126, 4)}`],
    ],
  },
  chess: {
    shapes: [
      ["dark", "M130 30v20M121 39h18", 6],
      ["dark", "M112 56q18-12 36 0l-8 26q2 40 16 62h-52q14-22 16-62z"],
      ["dark", box(98, 142, 64, 20, 7)],
      ["accent", "M114 86h32", 6],
      ["main", circle(68, 86, 20)],
      ["main", "M60 100h16q2 26 16 44H44q14-18 16-44z"],
      ["light", "M52 104h32", 6],
      ["main", box(36, 142, 64, 20, 7)],
    ],
  },
  blocks: {
    shapes: [
      ["main", box(40, 106, 56, 56, 7)],
      ["dark", box(104, 106, 56, 56, 7)],
      ["light", box(70, 70, 60, 32, 6)],
      ["accent", "M62 66l38-38 38 38z"],
      ["light", circle(68, 134, 12)],
      ["main", "M132 118l16 30h-32z"],
    ],
  },
  kite: {
    shapes: [
      ["accent", "M84 142q-22 6-12 18t-12 20", 4],
      ["main", "M120 22L54 62l30 80z"],
      ["dark", "M120 22l34 66-70 54z"],
      ["light", "M120 22L84 142M54 62l100 26", 3],
      ["accent", "M68 154l-16-4 4 14zM66 162l14 10-16 4z"],
    ],
  },
  puzzle: {
    shapes: [
      [
        "dark",
        "M48 66h36c-8-22 40-22 32 0h36v36c22-8 22 40 0 32v36h-36c8-22-40-22-32 0H48v-36c-22 8-22-40 0-32z",
      ],
      [
        "main",
        "M48 58h36c-8-22 40-22 32 0h36v36c22-8 22 40 0 32v36h-36c8-22-40-22-32 0H48v-36c-22 8-22-40 0-32z",
      ],
      ["light", "M66 130q22-34 38-12t32-22", 5],
      ["accent", circle(76, 82, 9)],
    ],
  },
  camera: {
    shapes: [
      ["dark", "M76 66l8-20h36l8 20z"],
      ["accent", box(138, 56, 20, 14, 5)],
      ["main", box(30, 64, 140, 94, 16)],
      ["dark", box(30, 86, 140, 46)],
      ["light", circle(100, 110, 38)],
      ["ink", circle(100, 110, 32)],
      ["dark", circle(100, 110, 20)],
      ["light", circle(90, 100, 6)],
      ["accent", circle(50, 76, 5)],
    ],
  },
  film: {
    shapes: [
      ["ink", box(106, 72, 72, 76, 4)],
      ["light", grid([124, 77], [4, 1], 8, 5)],
      ["light", grid([124, 135], [4, 1], 8, 5)],
      ["dark", box(66, 30, 26, 18, 4)],
      ["main", box(42, 48, 74, 112, 9)],
      ["accent", box(42, 82, 74, 46)],
      ["light", "M56 96h46M56 112h30", 5],
      ["dark", `${box(36, 44, 86, 15, 6)}${box(36, 150, 86, 15, 6)}`],
    ],
  },
  parcel: {
    shapes: [
      ["dark", "M100 46l62 30v62l-62 28z"],
      ["main", "M100 46L38 76v62l62 28z"],
      ["light", "M100 46l62 30-62 28-62-28z"],
      ["accent", "M68 61l62 29v26", 7],
    ],
  },
} as const satisfies Record<string, Glyph>;
