import { box, circle, grid } from "./shape.ts";
import type { Glyph } from "./shape.ts";

/** Drawings of things that sound and of things on desks. */
export const audioAndDesk = {
  headphones: {
    shapes: [
      ["main", "M50 122v-18a50 50 0 0 1 100 0v18", 13],
      ["light", "M57 92a44 44 0 0 1 86 0", 3],
      ["dark", box(60, 106, 18, 52, 9)],
      ["dark", box(122, 106, 18, 52, 9)],
      ["main", box(38, 102, 30, 60, 15)],
      ["main", box(132, 102, 30, 60, 15)],
      ["accent", box(45, 114, 5, 36, 2.5)],
      ["accent", box(150, 114, 5, 36, 2.5)],
    ],
  },
  earbuds: {
    shapes: [
      ["light", "M76 100V54M124 100V54", 13],
      ["light", "M70 58q-16-2-16-14t18-12 10 22zM130 58q16-2 16-14t-18-12-10 22z"],
      ["dark", "M62 40q-3 7 4 12M138 40q3 7-4 12", 4],
      ["main", box(46, 92, 108, 64, 30)],
      ["dark", "M46 114h108", 3],
      ["accent", circle(100, 134, 5)],
    ],
  },
  speaker: {
    shapes: [
      ["main", box(58, 38, 84, 122, 18)],
      ["dark", `${circle(100, 120, 30)}${circle(100, 66, 15)}`],
      ["light", circle(100, 120, 19)],
      ["main", circle(100, 120, 8)],
      ["accent", circle(100, 66, 6)],
    ],
  },
  turntable: {
    shapes: [
      ["dark", box(34, 62, 132, 98, 14)],
      ["main", box(34, 54, 132, 98, 14)],
      ["ink", circle(86, 103, 40)],
      ["dark", circle(86, 103, 31), 1.5],
      ["dark", circle(86, 103, 24), 1.5],
      ["accent", circle(86, 103, 14)],
      ["light", circle(86, 103, 3)],
      ["light", "M148 74v38l-26 20", 5],
      ["dark", circle(148, 74, 10)],
    ],
  },
  radio: {
    shapes: [
      ["dark", "M134 82l26-48", 4],
      ["dark", "M60 82V66h56v16", 6],
      ["main", box(34, 80, 132, 80, 16)],
      ["dark", circle(74, 120, 28)],
      ["light", grid([60, 106], [3, 3], 7, 4)],
      ["light", box(112, 94, 42, 20, 4)],
      ["accent", "M130 96v16", 3],
      ["dark", circle(121, 136, 9)],
      ["accent", circle(146, 136, 9)],
    ],
  },
  microphone: {
    shapes: [
      ["dark", "M64 84v8a36 36 0 0 0 72 0v-8M100 128v24", 7],
      ["main", box(76, 32, 48, 82, 24)],
      ["dark", "M78 58h44M78 70h44M78 82h44", 3],
      ["accent", circle(100, 99, 5)],
      ["main", box(62, 148, 76, 13, 6)],
    ],
  },
  keyboard: {
    shapes: [
      ["dark", box(22, 74, 156, 74, 13)],
      ["main", box(22, 66, 156, 74, 13)],
      ["light", grid([32, 76], [9, 3], 12, 3.2)],
      ["accent", `${box(32, 76, 12, 12, 2)}${box(153.6, 91.2, 12, 12, 2)}`],
      ["dark", `${box(153.6, 76, 12, 12, 2)}${box(153.6, 106.4, 12, 12, 2)}`],
      ["light", `${box(32, 121.6, 26, 11, 2)}${box(62, 121.6, 76, 11, 2)}${box(142, 121.6, 23.6, 11, 2)}`],
    ],
  },
  taskLamp: {
    shapes: [
      ["glow", "M112 88l44-18 34 82h-92z"],
      ["dark", box(48, 150, 72, 12, 6)],
      ["main", "M84 150L62 100l50-44", 8],
      ["accent", circle(62, 100, 8)],
      ["light", circle(134, 82, 13)],
      ["main", "M104 50q26-22 46 2l12 20-52 22-8-20q-4-14 2-24z"],
    ],
  },
  mouse: {
    shapes: [
      ["dark", box(64, 48, 72, 116, 36)],
      ["main", box(64, 40, 72, 116, 36)],
      ["dark", "M100 42v42M66 86h68", 3],
      ["accent", box(94, 52, 12, 26, 6)],
    ],
  },
  notebook: {
    shapes: [
      ["light", box(62, 42, 90, 122, 8)],
      ["main", box(54, 36, 92, 122, 9)],
      ["dark", box(54, 36, 18, 122, 9)],
      ["light", box(86, 60, 40, 24, 4)],
      ["accent", "M134 36v122", 5],
    ],
    turn: -8,
  },
  notebooks: {
    shapes: [
      ["dark", box(40, 66, 70, 96, 6)],
      ["main", box(62, 54, 70, 96, 6)],
      ["light", box(84, 42, 70, 96, 6)],
      ["accent", box(84, 42, 11, 96, 5)],
      ["dark", "M106 66h34M106 78h34M106 90h20", 3],
    ],
    turn: 6,
  },
  pen: {
    shapes: [
      ["dark", "M92 164l8 22 8-22z"],
      ["light", "M88 146h24l-4 20H92z"],
      ["main", box(88, 34, 24, 116, 8)],
      ["accent", "M88 92h24", 5],
      ["dark", "M106 42v36", 5],
    ],
    turn: 38,
  },
  laptopStand: {
    shapes: [
      ["accent", "M50 114l26 42h60", 9],
      ["dark", "M60 40h80a8 8 0 0 1 8 8v58H52V48a8 8 0 0 1 8-8z"],
      ["light", box(60, 48, 80, 50, 3)],
      ["main", "M60 86q22-22 40-4t40-12v28H60z"],
      ["main", box(38, 104, 124, 13, 6)],
    ],
  },
} as const satisfies Record<string, Glyph>;
