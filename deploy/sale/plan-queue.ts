import { parseActorId } from "../../engine/contract/address.ts";
import type { QueueTerms, SaleTerms } from "../../gateway/protocol/messages.ts";
import type { QueueView } from "../../gateway/protocol/views.ts";
import { durationText } from "../cli/cluster/duration.ts";
import { plainText } from "../cli/field-layout.ts";
import { momentOf, type SaleTime } from "../cli/sale-time.ts";
import type { ProductChange, SalePlan } from "./sale-plan.ts";
import { refusedPlan } from "./sale-plan.ts";
import type { SaleProduct } from "./sale-product.ts";
import { momentText } from "./sale-words.ts";

/** What is wanted of a waiting room. What is not named stays as it is. */
export interface RoomWish {
  /** The sale is to have one; its terms alone are for one that is there. */
  readonly isWanted: boolean;
  /** From now, when it is a while. */
  readonly opens: SaleTime | undefined;
  readonly admitPerMinute: number | undefined;
  readonly admissionMs: number | undefined;
}

/** How long whoever is let in may buy, unless told: as long as a hold lasts. */
const ADMISSION_MS = 600_000;

/** The plan of a sale, with what becomes of its queue when any product of it is sold to those only who were let in. */
export function planOpening(
  plan: SalePlan,
  products: readonly SaleProduct[],
  wish: { readonly id: string; readonly room: RoomWish | undefined },
  queue: QueueView | null,
  nowMs: number,
): SalePlan {
  const unchanged = new Set(plan.unchanged);
  const sales = [
    ...plan.changes.map(({ to }) => to as SaleTerms),
    ...products.flatMap(({ sku, sale }) => (unchanged.has(sku) && sale !== null ? [sale] : [])),
  ];
  const { id, room } = wish;
  if (plan.refusals.length > 0) return plan;
  if (!sales.some(({ waitingRoom }) => waitingRoom === true)) return withoutRoom(plan, wish);
  const admitPerMinute = room?.admitPerMinute ?? queue?.line.perMinute;
  if (parseActorId(id) === undefined)
    return wrong("a sale with a waiting room has an id of letters, digits and ._:#@~+- only");
  if (admitPerMinute === undefined)
    return wrong(`--admit is missing: the sale ${plainText(id)} has no waiting room yet`);
  const startsAtMs = Math.min(...sales.map((sale) => sale.startsAtMs));
  const opensAtMs =
    room?.opens === undefined ? Math.min(queue?.opensAtMs ?? nowMs, startsAtMs) : momentOf(room.opens, nowMs);
  if (opensAtMs > startsAtMs) return wrong("--opens must not be after --starts");
  const terms: QueueTerms = {
    opensAtMs,
    startsAtMs,
    endsAtMs: Math.max(...sales.map((sale) => sale.endsAtMs)),
    admitPerMinute,
    admissionMs: room?.admissionMs ?? queue?.admissionMs ?? ADMISSION_MS,
  };
  return withTerms(plan, { id, queue, terms, nowMs });
}

/** The plan with the terms that the queue is to have, unless it has begun and they come too late. */
function withTerms(
  plan: SalePlan,
  {
    id,
    queue,
    terms,
    nowMs,
  }: {
    readonly id: string;
    readonly queue: QueueView | null;
    readonly terms: QueueTerms;
    readonly nowMs: number;
  },
): SalePlan {
  if (hasBegun(queue, nowMs) && hasMoved(queue, terms))
    return refusedPlan("create", { kind: "conflict", detail: begunText(queue, nowMs) });
  const before = queue === null ? null : termsOf(queue);
  return Bun.deepEquals(before, terms) ? plan : { ...plan, queue: opening(id, before, terms) };
}

function opening(id: string, before: QueueTerms | null, terms: QueueTerms): ProductChange {
  return {
    sku: id,
    from: before,
    to: terms,
    text: `${before === null ? "none" : termsText(before)} -> ${termsText(terms)}`,
    send: (shop, options) => shop.command("queue.open", { sale: id, terms }, options),
  };
}

/** How the queue of a sale that is ended as a whole ends with it. */
export function planClosing(sale: string, queue: QueueView | null, nowMs: number): ProductChange | undefined {
  if (queue === null || queue.endsAtMs <= nowMs) return undefined;
  return {
    sku: sale,
    from: termsOf(queue),
    to: "over",
    text: `${termsText(termsOf(queue))} -> over`,
    send: (shop, options) => shop.command("queue.end", { sale }, options),
  };
}

/** How the queue of a sale gets another speed; undefined when it has it already. */
export function planRate(sale: string, queue: QueueView, admitPerMinute: number): ProductChange | undefined {
  const { perMinute } = queue.line;
  if (perMinute === admitPerMinute) return undefined;
  return {
    sku: sale,
    from: perMinute,
    to: admitPerMinute,
    text: `${perMinute}/min -> ${admitPerMinute}/min`,
    send: (shop, options) => shop.command("queue.rate", { sale, admitPerMinute }, options),
  };
}

/** The plan of a sale without a waiting room: the terms of one are for nothing. */
function withoutRoom(plan: SalePlan, { id, room }: Parameters<typeof planOpening>[2]): SalePlan {
  if (room === undefined) return plan;
  return wrong(
    `${termNamed(room)} is of a waiting room, and the sale ${plainText(id)} has none: name --waiting-room, too`,
  );
}

function hasBegun(queue: QueueView | null, nowMs: number): queue is QueueView {
  return queue !== null && (queue.shuffle !== null || queue.startsAtMs <= nowMs);
}

function hasMoved(before: QueueView, { opensAtMs, startsAtMs }: QueueTerms): boolean {
  return before.opensAtMs !== opensAtMs || before.startsAtMs !== startsAtMs;
}

function begunText({ sale, endsAtMs }: QueueView, nowMs: number): string {
  const state = endsAtMs <= nowMs ? "is over" : "has begun";
  return `the waiting room of ${sale} ${state}: when it opens and starts stays as it is, and another drop needs another id`;
}

/** The option by which a term of a waiting room was named. */
function termNamed({ admitPerMinute, opens }: RoomWish): string {
  if (admitPerMinute !== undefined) return "--admit";
  return opens === undefined ? "--admission-minutes" : "--opens";
}

function termsOf({ opensAtMs, startsAtMs, endsAtMs, admissionMs, line }: QueueView): QueueTerms {
  return { opensAtMs, startsAtMs, endsAtMs, admitPerMinute: line.perMinute, admissionMs };
}

function termsText({ opensAtMs, admitPerMinute, admissionMs }: QueueTerms): string {
  return `opens ${momentText(opensAtMs)}, ${admitPerMinute}/min, ${durationText(admissionMs)} to buy`;
}

function wrong(detail: string): SalePlan {
  return refusedPlan("create", { kind: "wrong", detail });
}
