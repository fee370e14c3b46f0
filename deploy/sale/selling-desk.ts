import type { Clock } from "../../engine/ports/clock.ts";
import type { Entropy } from "../../engine/ports/entropy.ts";
import type { Log, LogFields } from "../../engine/ports/log.ts";
import type { StampedeClient } from "../../gateway/client/client.ts";
import type {
  SalesAnswer,
  SellingChange,
  SellingLine,
  SellingPlan,
  SellingReport,
} from "../../gateway/protocol/console-act.ts";
import { AdminFault } from "../admin/api/admin-problem.ts";
import type { SellingRequest } from "../admin/api/selling-request.ts";
import { carryOut, type ChangeEnding } from "./carry-out.ts";
import { planRunning, type RunningWish } from "./plan-running.ts";
import type { SalePlan } from "./sale-plan.ts";
import type { SaleProduct } from "./sale-product.ts";
import { summarizeSales } from "./sale-summary.ts";

const NAMED_MAX = 20;
const CHANGES_AT_ONCE_MAX = 4;
const ASK_AGAIN_MS = 1_000;
// How long whoever cannot be reached is asked again: an operator looks on, and asks for the rest with another click.
const INSIST_MS = 12_000;
const PROGRESS_EVERY_MS = 250;
// A switch is not to wait for lists; whoever sells again can wait a little for the right one.
const PAUSE_WAITS_MS = 2_000;
const RESUME_WAITS_MS = 8_000;
const LOOK_WAITS_MS = 1_000;

/** What a desk works with. */
export interface SellingDeskDependencies {
  /** All products that the shop lists, as far as the read models are. */
  readonly products: () => Promise<readonly SaleProduct[]>;
  /** Waits until the read models have what the journal has now, no longer than this. Returns whether they do. */
  readonly caughtUp: (withinMs: number) => Promise<boolean>;
  readonly shop: Pick<StampedeClient, "command">;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
}

/** A change of selling, and the products that it is about. */
interface PlannedSelling {
  readonly id: string;
  readonly isListCurrent: boolean;
  readonly plan: SalePlan;
  readonly meant: readonly SaleProduct[];
}

/** Pauses and resumes selling for operators of a node, by the plans and commands of `stampede sale pause` and `resume`. */
export class SellingDesk {
  readonly #dependencies: SellingDeskDependencies;
  #underWay = 0;

  constructor(dependencies: SellingDeskDependencies) {
    this.#dependencies = dependencies;
  }

  /** What can be paused, and what is. */
  async sales(): Promise<SalesAnswer> {
    const isListCurrent = await this.#dependencies.caughtUp(LOOK_WAITS_MS);
    const products = await this.#dependencies.products();
    const sales = summarizeSales(products, this.#dependencies.clock.nowMs());
    return {
      isListCurrent,
      shop: {
        products: products.length,
        paused: products.filter(({ pause }) => pause !== null).length,
        available: unitsOf(products, ({ available }) => available),
      },
      sales: sales
        .filter(({ state, paused }) => state !== "over" || paused > 0)
        .map(({ sale, title, products: count, paused, available }) => {
          return { sale, title, products: count, paused, available };
        }),
    };
  }

  /** What a change would do. Nothing is changed. @throws {AdminFault} when what is named is not there. */
  async plan(change: SellingChange): Promise<SellingPlan> {
    const { id, isListCurrent, plan, meant } = await this.#planned(change);
    return {
      id,
      isListCurrent,
      changes: plan.changes.length,
      unchanged: plan.unchanged.length,
      available: unitsOf(meant, ({ available }) => available),
      held: unitsOf(meant, ({ held }) => held),
      products: plan.changes.slice(0, NAMED_MAX).map(({ sku, text }) => ({ sku, text })),
    };
  }

  /**
   * Begins a change, which goes on to its end whether or not anybody follows it. Returns how far it is from time to time, and what has
   * come of it.
   * @throws {AdminFault} when what is named is not there, things are not as they were planned, or too many changes are under way.
   */
  async change(request: SellingRequest): Promise<AsyncIterable<SellingLine>> {
    if (this.#underWay >= CHANGES_AT_ONCE_MAX)
      throw new AdminFault("too_many_changes", `This node makes ${CHANGES_AT_ONCE_MAX} changes at a time.`, {
        retryAfterMs: ASK_AGAIN_MS,
      });
    this.#underWay += 1;
    try {
      const planned = await this.#planned(request.change);
      if (request.planId !== undefined && request.planId !== planned.id && planned.plan.changes.length > 0)
        throw new AdminFault(
          "plan_changed",
          "Nothing was changed: other products would be changed by now than those that were shown.",
          { field: "planId" },
        );
      const key = request.key ?? `sale-${this.#dependencies.entropy.uuid()}`;
      return this.#follow(planned, request, key);
    } catch (error) {
      this.#underWay -= 1;
      this.#refused(request, error);
      throw error;
    }
  }

  #refused({ change, askedBy }: SellingRequest, error: unknown): void {
    if (!(error instanceof AdminFault)) return;
    const { code } = error.problem;
    this.#dependencies.log.info(
      { ...fieldsOf(change), askedBy, code },
      "an operator was refused a change of selling",
    );
  }

  #follow(planned: PlannedSelling, request: SellingRequest, key: string): AsyncIterable<SellingLine> {
    const all = planned.plan.changes.length;
    const progress = { ended: 0 };
    const carriedOut = this.#carryOut(planned, request, key, (ended) => (progress.ended = ended))
      .catch((error: unknown): SellingLine => this.#broken(error))
      .finally(() => (this.#underWay -= 1));
    const { clock } = this.#dependencies;
    return (async function* () {
      for (;;) {
        yield { type: "Progress", ended: progress.ended, all } as const;
        const later = Promise.withResolvers<undefined>();
        const cancel = clock.after(PROGRESS_EVERY_MS, () => later.resolve(undefined));
        const last = await Promise.race([carriedOut, later.promise]);
        cancel();
        if (last === undefined) continue;
        yield last;
        return;
      }
    })();
  }

  async #carryOut(
    { plan, isListCurrent }: PlannedSelling,
    { change, askedBy }: SellingRequest,
    key: string,
    ended: (products: number) => void,
  ): Promise<SellingReport> {
    const { shop, log } = this.#dependencies;
    const fields = { ...fieldsOf(change), askedBy };
    log.info({ ...fields, products: plan.changes.length }, "an operator wants selling to change");
    const shops = [shop];
    const endings = await carryOut(plan.changes, { shops, key, timeoutMs: INSIST_MS, ended });
    const count = (type: ChangeEnding["type"]): number =>
      endings.filter((ending) => ending.type === type).length;
    const counts = {
      changed: count("changed"),
      unchanged: plan.unchanged.length,
      refused: count("refused"),
      unreached: count("unreached"),
    };
    log.info({ ...fields, ...counts }, "an operator has changed selling");
    const failures = endings.flatMap((ending, index) => {
      const sku = plan.changes[index]?.sku ?? "";
      return ending.type === "changed" ? [] : [{ sku, detail: ending.problem.detail }];
    });
    return { type: "Ended", key, isListCurrent, ...counts, failures: failures.slice(0, NAMED_MAX) };
  }

  #broken(error: unknown): SellingLine {
    this.#dependencies.log.error({ err: error }, "a change of selling broke off");
    return { type: "Failed", detail: "The change broke off; the log of this node says why." };
  }

  async #planned(change: SellingChange): Promise<PlannedSelling> {
    const { caughtUp, products, clock } = this.#dependencies;
    const isPause = change.type === "PauseSelling";
    const isListCurrent = await caughtUp(isPause ? PAUSE_WAITS_MS : RESUME_WAITS_MS);
    if (!isListCurrent && !isPause)
      throw new AdminFault(
        "unavailable",
        "Nothing was changed: the list of products is behind the journal, and does not say what is paused.",
        { retryAfterMs: ASK_AGAIN_MS },
      );
    const listed = await products();
    // What an old list says of a pause may be over.
    const current = isListCurrent ? listed : listed.map((product) => ({ ...product, pause: null }));
    const plan = planRunning(current, wishOf(change), clock.nowMs());
    const [refusal] = plan.refusals;
    if (refusal !== undefined) throw new AdminFault("unknown_product", sentence(refusal.detail), CHOICE);
    const skus = new Set([...plan.changes.map(({ sku }) => sku), ...plan.unchanged]);
    const meant = current.filter(({ sku }) => skus.has(sku));
    return { id: planId(plan), isListCurrent, plan, meant };
  }
}

const CHOICE = { field: "change.choice" };

function wishOf(change: SellingChange): RunningWish {
  const choice = change.choice.type === "sale" ? { ...change.choice, skus: undefined } : change.choice;
  return change.type === "PauseSelling"
    ? { action: "pause", reason: change.reason, choice }
    : { action: "resume", choice };
}

/** What is changed, of what, and why. */
function fieldsOf({ type, choice, reason }: SellingChange): LogFields {
  return {
    kind: type,
    ...(choice.type === "sale" ? { sale: choice.sale } : {}),
    ...(choice.type === "skus" ? { sku: choice.skus } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** A 64-bit xxHash of what is changed from what, in base 36. */
function planId({ changes }: SalePlan): string {
  return `p-${Bun.hash.xxHash64(JSON.stringify(changes.map(({ sku, from }) => [sku, from]))).toString(36)}`;
}

function unitsOf(products: readonly SaleProduct[], of: (product: SaleProduct) => number): number {
  return products.reduce((sum, product) => sum + of(product), 0);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
