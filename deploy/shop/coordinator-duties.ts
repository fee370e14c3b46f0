import { shopDeciders } from "../../actors/shop.ts";
import type { Dispatcher } from "../../engine/ports/dispatcher.ts";
import type { Log } from "../../engine/ports/log.ts";
import { noWebhooks } from "../../gateway/webhooks/webhook-counters.ts";
import { defaultWebhookLimits } from "../../gateway/webhooks/webhook-limits.ts";
import { Webhooks } from "../../gateway/webhooks/webhooks.ts";
import {
  defaultProjectorLimits,
  PROJECTED_PAGE_SEGMENTS,
  Projector,
} from "../../engine/projection/projector.ts";
import type { Database } from "../../persistence/postgres/database.ts";
import { isUnused } from "../../persistence/postgres/journal-use.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { postgresReadModels } from "../../persistence/postgres/read-models.ts";
import { TENANT } from "../config.ts";
import { listDemoCatalogue } from "../demo/list-demo-catalogue.ts";
import { systemClock } from "../system-clock.ts";
import { webhookParts } from "../webhooks/webhook-parts.ts";
import type { WebhookNumbers } from "./shop-statistics.ts";

const RETRY_MS = 1_000;

/** What is needed to do the duties. */
export interface CoordinatorDutiesDependencies {
  readonly databaseUrl: string;
  readonly database: Database;
  readonly shopId: string;
  readonly dispatcher: Dispatcher;
  /** Lists the demo catalogue in a shop that has no products. */
  readonly demo: boolean;
  readonly log: Log;
}

/** What one node of the cluster does for all of them, for as long as it coordinates: demo catalogue, read models, webhooks. */
export class CoordinatorDuties {
  readonly #dependencies: CoordinatorDutiesDependencies;
  readonly #begun = Promise.withResolvers<void>();
  #projector: Projector | undefined;
  readonly #webhookCounters = noWebhooks();
  #webhooks: Webhooks | undefined;
  /** Aborted when the duty ends; undefined while there is none. */
  #duty: AbortController | undefined;
  #working: Promise<void> = Promise.resolve();
  /**
   * It was listed here, and the read models may not know of it yet. A listing that comes to its end after the duty leaves it set: a
   * later term of this node catches up before it begins, which costs no more than time.
   */
  #isDemoNew = false;

  constructor(dependencies: CoordinatorDutiesDependencies) {
    this.#dependencies = dependencies;
  }

  /** Resolves when the read models are followed for the first time, with the demo catalogue if it was listed. */
  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  /** Segments that the read models are behind the journal; undefined while another node follows it. */
  get lagSegments(): number | undefined {
    return this.#projector?.lagSegments;
  }

  /** What others are told. */
  get webhooks(): WebhookNumbers {
    return { counters: this.#webhookCounters, statistics: this.#webhooks?.statistics };
  }

  begin(): void {
    if (this.#duty !== undefined) return;
    const duty = new AbortController();
    this.#duty = duty;
    this.#working = this.#working.then(() => this.#work(duty.signal));
  }

  async end(): Promise<void> {
    this.#duty?.abort();
    this.#duty = undefined;
    await this.#working;
  }

  async #work(duty: AbortSignal): Promise<void> {
    const { databaseUrl, log } = this.#dependencies;
    const journal = postgresJournal(databaseUrl, { pageSegments: PROJECTED_PAGE_SEGMENTS });
    const readModels = postgresReadModels(databaseUrl);
    const projector = new Projector({
      journal,
      readModels,
      deciders: shopDeciders,
      clock: systemClock,
      log,
      limits: defaultProjectorLimits,
    });
    while (!duty.aborted && this.#projector === undefined) {
      try {
        await unlessEnded(duty, this.#listDemo());
        // Read models may be late, but the first visitor of a new shop shall see its products.
        if (this.#isDemoNew && !duty.aborted) await unlessEnded(duty, projector.catchUp());
        if (duty.aborted) break;
        this.#isDemoNew = false;
        this.#projector = projector;
      } catch (error) {
        log.warn({ err: error }, "the demo catalogue cannot be listed and shown at the moment");
        await pause(duty, RETRY_MS);
      }
    }
    if (!duty.aborted) {
      projector.start();
      this.#begun.resolve();
      await this.#tellOthers(duty);
    }
    await projector.stop();
    this.#projector = undefined;
    await Promise.all([journal.close(), readModels.close()]);
  }

  /** Until the duty ends. They are told what the read models have followed. */
  async #tellOthers(duty: AbortSignal): Promise<void> {
    const { databaseUrl, shopId, log } = this.#dependencies;
    const parts = webhookParts(databaseUrl);
    const webhooks = new Webhooks({
      ...parts,
      shopId,
      counters: this.#webhookCounters,
      clock: systemClock,
      log,
      limits: defaultWebhookLimits,
    });
    this.#webhooks = webhooks;
    webhooks.start();
    await pause(duty, undefined);
    this.#webhooks = undefined;
    await webhooks.stop();
    await parts.close();
  }

  async #listDemo(): Promise<void> {
    const { dispatcher, database, demo, log } = this.#dependencies;
    if (!demo) return;
    const shop = { dispatcher, tenant: TENANT, isUnused: await isUnused(database) };
    if (!(await listDemoCatalogue(shop, systemClock.nowMs()))) return;
    this.#isDemoNew = true;
    log.info({}, "listed the demo catalogue");
  }
}

/**
 * Undefined when the duty ends first: products that nobody owns any more do not answer, nor may the database, and the next coordinator
 * does what is left.
 */
function unlessEnded<Result>(duty: AbortSignal, work: Promise<Result>): Promise<Result | undefined> {
  const { promise: ended, resolve } = Promise.withResolvers<undefined>();
  const end = (): void => resolve(undefined);
  duty.addEventListener("abort", end, { once: true });
  if (duty.aborted) end();
  return Promise.race([work, ended]).finally(() => duty.removeEventListener("abort", end));
}

/** Resolves after this time, or when the duty ends. */
function pause(duty: AbortSignal, forMs: number | undefined): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = forMs === undefined ? () => undefined : systemClock.after(forMs, resolve);
  return unlessEnded(duty, promise).finally(cancel);
}
