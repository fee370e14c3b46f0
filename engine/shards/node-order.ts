import type { LanePlace } from "../ports/placement-store.ts";
import type { PlacementNews } from "./placement-news.ts";

/** What a coordinator orders of a node in a planned move. Doing it twice is as good as once. */
export type NodeOrder =
  | { readonly type: "Prepare"; readonly lane: number; readonly shards: readonly number[] }
  | { readonly type: "Hold"; readonly shards: readonly number[]; readonly move: number }
  | {
      readonly type: "LetGo";
      readonly lane: number;
      readonly shards: readonly number[];
      /** The move that needs it; absent when none does any more: what the placement gives to the lane stays there. */
      readonly move?: number;
      /** Who is told at once, so that clients do not wait for the coordinator's word; absent when the move is undone. */
      readonly next?: NextOwner;
    }
  | {
      readonly type: "Adopt";
      readonly lane: number;
      readonly shards: readonly number[];
      readonly news: PlacementNews;
    }
  | {
      readonly type: "Release";
      readonly shards: readonly number[];
      readonly move: number;
      readonly news: PlacementNews;
    };

/** The lane that takes over what another one has let go of. */
export interface NextOwner extends LanePlace {
  /** The placement that gives the shards to it. */
  readonly news: PlacementNews;
}

/** An order, and who gives it: a node takes none from a coordinator that has a successor. */
export interface TermOrder {
  readonly term: number;
  readonly order: NodeOrder;
}

/** An order has been carried out. */
export interface OrderDone {
  readonly type: "Done";
  /** To a release, how long the node's routers kept what was sent; 0 when they did not. */
  readonly heldMs: number;
  /** To an order to adopt, how long the shards have been served by then, milliseconds. */
  readonly servedForMs?: number;
}

/** What came of an order. */
export type OrderReply =
  | OrderDone
  | {
      readonly type: "Refused";
      readonly reason: "term_over" | "not_placed" | "failed";
      readonly detail: string;
    };
