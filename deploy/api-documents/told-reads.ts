import type { z } from "zod";
import type { HTTP_READS } from "../../gateway/protocol/http-routes.ts";
import { searchSchemas } from "../../gateway/protocol/schemas.ts";
import { bodySamples } from "../../gateway/protocol/testing/server-samples.ts";
import type { viewSchemas } from "../../gateway/protocol/view-schemas.ts";

/** What is told of a request that reads, beside its path. */
export interface ToldRead {
  readonly summary: string;
  /** Whether it wants a session, begins one, or needs none. */
  readonly session: "none" | "begun" | "needed";
  readonly query?: Readonly<Record<string, z.ZodType>>;
  readonly answer: keyof typeof viewSchemas;
  readonly samples: readonly unknown[];
  /** Refusals of its own. */
  readonly codes: readonly string[];
}

/** Everything that can be read over HTTP. */
export const toldReads: { readonly [Name in keyof typeof HTTP_READS]: ToldRead } = {
  search: {
    summary: "Searches and pages through the catalogue.",
    session: "none",
    query: searchSchemas,
    answer: "CataloguePage",
    samples: bodySamples.catalogue,
    codes: ["invalid_field", "unavailable"],
  },
  product: {
    summary: "One product, as it was up to some seconds ago.",
    session: "none",
    answer: "CatalogueEntry",
    samples: bodySamples.catalogue.flatMap(({ entries }) => entries),
    codes: ["not_found", "unavailable"],
  },
  session: {
    summary: "Who the session is, and when it ends; begins one where there is none.",
    session: "begun",
    answer: "Session",
    samples: bodySamples.session,
    codes: [],
  },
  cart: {
    summary: "The session's cart, with when each hold ends, and its orders.",
    session: "needed",
    answer: "CartView",
    samples: bodySamples.cart,
    codes: ["unavailable"],
  },
  order: {
    summary: "An order of this session.",
    session: "needed",
    answer: "OrderView",
    samples: bodySamples.order,
    codes: ["unknown_order", "unavailable"],
  },
  queue: {
    summary: "The queue of a sale, from which everybody with a number knows its place.",
    session: "none",
    answer: "QueueView",
    samples: bodySamples.queue,
    codes: ["queue_not_found", "unavailable"],
  },
  problem: {
    summary: "Title and status of a code, and whether the same key may be sent again.",
    session: "none",
    answer: "ProblemDescription",
    samples: bodySamples.problemDescription,
    codes: ["not_found"],
  },
};
