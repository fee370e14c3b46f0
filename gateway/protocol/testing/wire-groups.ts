import type { CommandFrame, ControlFrame, Operation, Problem, ServerFrame } from "../messages.ts";
import type {
  CartView,
  CataloguePageView,
  InventoryView,
  OrderView,
  ProblemDescriptionView,
  QueueView,
  SessionView,
} from "../views.ts";

/** Frames of clients, by `t`. */
export type ControlFrames = {
  readonly [Kind in ControlFrame["t"]]: OfKind<ControlFrame, Kind>;
};

type OfKind<Frame, Kind> = Frame extends { readonly t: infer Kinds }
  ? Kind extends Kinds
    ? Omit<Frame, "t"> & { readonly t: Kind }
    : never
  : never;

/** Commands of clients, by `op`. */
export type CommandFrames = { readonly [Op in Operation]: CommandFrame<Op> };

/** Frames to clients, by `t` or by what answers have. */
export type ServerFrames = {
  readonly [Kind in Extract<ServerFrame, { t: string }>["t"]]: Extract<ServerFrame, { t: Kind }>;
} & {
  readonly ok: Extract<ServerFrame, { ok: unknown }>;
  readonly refused: Extract<ServerFrame, { re: number; problem: Problem }>;
};

/** What channels show and HTTP answers. */
export type Bodies = {
  readonly sku: InventoryView;
  readonly queue: QueueView;
  readonly cart: CartView;
  readonly order: OrderView;
  readonly catalogue: CataloguePageView;
  readonly session: SessionView;
  readonly problem: Problem;
  readonly problemDescription: ProblemDescriptionView;
};

/** Samples of each shape of a group; together they have every field, and leave out every field that may be missing. */
export type Samples<Group> = { readonly [Name in keyof Group]: readonly [Group[Name], ...Group[Name][]] };
