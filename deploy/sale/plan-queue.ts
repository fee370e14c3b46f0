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

/** The waiting room that is wanted. What is not named stays as it is. */
export interface RoomWish {
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
  if (plan.refusals.length > 0 || !sales.some(({ waitingRoom }) => waitingRoom === true)) return plan;
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
  const before = queue === null ? null : termsOf(queue);
  if (Bun.deepEquals(before, terms)) return plan;
  return {
    ...plan,
    queue: {
      sku: id,
      from: before,
      to: terms,
      text: `${before === null ? "none" : termsText(before)} -> ${termsText(terms)}`,
      send: (shop, options) => shop.command("queue.open", { sale: id, terms }, options),
    },
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

function termsOf({ opensAtMs, startsAtMs, endsAtMs, admissionMs, line }: QueueView): QueueTerms {
  return { opensAtMs, startsAtMs, endsAtMs, admitPerMinute: line.perMinute, admissionMs };
}

function termsText({ opensAtMs, admitPerMinute, admissionMs }: QueueTerms): string {
  return `opens ${momentText(opensAtMs)}, ${admitPerMinute}/min, ${durationText(admissionMs)} to buy`;
}

function wrong(detail: string): SalePlan {
  return refusedPlan("create", { kind: "wrong", detail });
}
