import type { Clock } from "../../engine/ports/clock.ts";
import type { Entropy } from "../../engine/ports/entropy.ts";
import type { Log } from "../../engine/ports/log.ts";
import type { Endpoint, SignedEndpoint } from "../../engine/ports/webhook-store.ts";
import { eventSource, testEventText } from "../../gateway/webhooks/cloud-event.ts";
import { urlTrouble } from "../../gateway/webhooks/endpoint-address.ts";
import { deliveryOf } from "../../gateway/webhooks/endpoint-relay.ts";
import { positionsAt, positionsNow } from "../../gateway/webhooks/first-positions.ts";
import { newSecret } from "../../gateway/webhooks/signature.ts";
import { ENDPOINTS_MAX } from "../../gateway/webhooks/webhook-limits.ts";
import { AdminFault } from "../admin/api/admin-problem.ts";
import type { AddEndpointRequest, ReplayRequest, RotateSecretRequest } from "../admin/api/webhook-request.ts";
import { durationText } from "../cli/cluster/duration.ts";
import { counted } from "../orders/counted.ts";
import type {
  EndpointAnswer,
  EndpointChangeAnswer,
  EndpointTestAnswer,
  FailedEvent,
} from "./endpoint-answers.ts";
import type { WebhookParts } from "./webhook-parts.ts";

const SHORT_ID_LENGTH_MIN = 4;
const PAUSED = "an operator has paused it";

/** What operators look after endpoints with. */
export interface WebhookDeskDependencies {
  readonly parts: WebhookParts;
  readonly shopId: string;
  readonly tenant: string;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
}

/**
 * What operators do with endpoints of webhooks. Any node will do: the one that tells endpoints sees in the database what has changed,
 * within a second.
 */
export class WebhookDesk {
  readonly #dependencies: WebhookDeskDependencies;

  constructor(dependencies: WebhookDeskDependencies) {
    this.#dependencies = dependencies;
  }

  async list(): Promise<readonly EndpointAnswer[]> {
    const endpoints = await this.#dependencies.parts.store.endpoints();
    return Promise.all(endpoints.map((endpoint) => this.#shown(endpoint)));
  }

  async show(name: string): Promise<EndpointAnswer> {
    return this.#shown(await this.#find(name));
  }

  async add(asked: AddEndpointRequest): Promise<EndpointChangeAnswer> {
    const { parts, tenant, clock, entropy, log } = this.#dependencies;
    const { url, types, allowPrivate, allowPlain, sinceMs } = asked;
    const permission = { allowsPrivate: allowPrivate, allowsPlain: allowPlain };
    const trouble = urlTrouble(url, permission);
    if (trouble !== undefined) throw new AdminFault("invalid_field", `url ${trouble}.`, { field: "url" });
    if ((await parts.store.endpoints()).length >= ENDPOINTS_MAX)
      throw new AdminFault(
        "precheck_refused",
        `There are ${ENDPOINTS_MAX} endpoints already, as many as a shop has.`,
      );
    const from = sinceMs === undefined ? "now on" : `${new Date(sinceMs).toISOString()} on`;
    if (asked.dryRun) return unchanged(null, `would tell ${url} what happens from ${from}`);
    const { journal, store } = parts;
    const positions =
      sinceMs === undefined ? await positionsNow(journal) : await positionsAt(journal, sinceMs);
    const id = asked.id ?? entropy.uuid();
    const secret = newSecret();
    const added = await store.add(
      { id, tenant, url, types, ...permission, secret },
      positions,
      clock.nowMs(),
    );
    if (added === undefined)
      throw new AdminFault(
        "id_taken",
        `An endpoint has the id ${id} already; rotate its secret if that was not shown.`,
        { field: "id" },
      );
    log.info({ endpoint: id }, "an operator has added an endpoint");
    return {
      endpoint: await this.#shown(added),
      isChanged: true,
      detail: `is told what happens from ${from}`,
      secret,
    };
  }

  /** Sends an event of no meaning, once. */
  async test(name: string): Promise<EndpointTestAnswer> {
    const { parts, shopId, tenant, clock, entropy } = this.#dependencies;
    const endpoint = await this.#find(name);
    const occurredAtMs = clock.nowMs();
    const id = `test-${entropy.uuid()}`;
    const body = testEventText(endpoint.id, { id, source: eventSource(shopId, tenant), occurredAtMs });
    const outcome = await parts.send(
      deliveryOf(endpoint, { id, body }, occurredAtMs),
      new AbortController().signal,
    );
    const tookMs = clock.nowMs() - occurredAtMs;
    switch (outcome.type) {
      case "delivered":
        return { isDelivered: true, detail: `answered ${outcome.status}`, tookMs };
      case "failed":
        return { isDelivered: false, detail: outcome.failure, tookMs };
      case "gone":
        return { isDelivered: false, detail: "answered 410: it wants nothing more", tookMs };
      case "aborted":
        return { isDelivered: false, detail: "given up", tookMs };
    }
  }

  async pause(name: string, dryRun: boolean): Promise<EndpointChangeAnswer> {
    const endpoint = await this.#find(name);
    if (endpoint.state === "paused") return unchanged(await this.#shown(endpoint), "is paused already");
    if (dryRun) return unchanged(await this.#shown(endpoint), "would be told nothing until it is resumed");
    const paused = await this.#dependencies.parts.store.change(endpoint.id, {
      type: "Pause",
      reason: PAUSED,
    });
    return this.#changed(paused, "is told nothing until it is resumed; then all that happened meanwhile");
  }

  async resume(name: string, dryRun: boolean): Promise<EndpointChangeAnswer> {
    const endpoint = await this.#find(name);
    if (endpoint.state === "active") return unchanged(await this.#shown(endpoint), "is active already");
    if (dryRun)
      return unchanged(await this.#shown(endpoint), "would be told what happened meanwhile, and go on");
    const { parts, clock } = this.#dependencies;
    const resumed = await parts.store.change(endpoint.id, { type: "Resume", nowMs: clock.nowMs() });
    return this.#changed(resumed, "is told what happened meanwhile, and goes on");
  }

  async rotateSecret(
    name: string,
    { overlapMs, dryRun }: RotateSecretRequest,
  ): Promise<EndpointChangeAnswer> {
    const endpoint = await this.#find(name);
    const overlap = `the secret of before signs for another ${durationText(overlapMs)}`;
    if (dryRun) return unchanged(await this.#shown(endpoint), `would get a new secret; ${overlap}`);
    const { parts, clock } = this.#dependencies;
    const secret = newSecret();
    const previousUntilMs = clock.nowMs() + overlapMs;
    const change = { type: "RotateSecret", secret, previousUntilMs } as const;
    const rotated = await parts.store.change(endpoint.id, change);
    return { ...(await this.#changed(rotated, `has a new secret; ${overlap}`)), secret };
  }

  async remove(name: string, dryRun: boolean): Promise<EndpointChangeAnswer> {
    const endpoint = await this.#find(name);
    const { waiting, dead } = await this.#shown(endpoint);
    const lost = `with ${counted(waiting, "event")} to be tried again and ${counted(dead, "dead letter")}`;
    if (dryRun) return unchanged(await this.#shown(endpoint), `would be forgotten, ${lost}`);
    const { parts, log } = this.#dependencies;
    await parts.store.remove(endpoint.id);
    log.info({ endpoint: endpoint.id }, "an operator has removed an endpoint");
    return { endpoint: null, isChanged: true, detail: `is forgotten, ${lost}`, secret: null };
  }

  async failed(name: string, limit: number): Promise<readonly FailedEvent[]> {
    const { id } = await this.#find(name);
    const letters = await this.#dependencies.parts.store.dead(id, limit);
    return letters.map(({ event, attempts, lastFailure, diedAtMs }) => {
      const { id: eventId, type, subject, occurredAtMs, body } = event;
      return { id: eventId, type, subject, occurredAtMs, attempts, lastFailure, diedAtMs, body };
    });
  }

  /** Has dead letters told again, one or all of them; or all that has happened since a time. */
  async replay(name: string, asked: ReplayRequest): Promise<EndpointChangeAnswer> {
    const endpoint = await this.#find(name);
    if (asked.sinceMs !== undefined) return this.#replaySince(endpoint, asked.sinceMs, asked.dryRun);
    const { parts, clock } = this.#dependencies;
    if (asked.event !== undefined && !(await parts.store.isDead(endpoint.id, asked.event)))
      throw new AdminFault("unknown_event", `There is no dead letter ${asked.event}; failed lists them.`, {
        field: "event",
      });
    const letters = asked.event === undefined ? (await parts.store.counts(endpoint.id)).dead : 1;
    if (letters === 0) return unchanged(await this.#shown(endpoint), "has no dead letters");
    if (asked.dryRun)
      return unchanged(await this.#shown(endpoint), `would get ${counted(letters, "dead letter")} again`);
    const revived = await parts.store.revive(endpoint.id, asked.event, clock.nowMs());
    return this.#changed(endpoint, `gets ${counted(revived, "dead letter")} again`);
  }

  async #replaySince(endpoint: Endpoint, sinceMs: number, dryRun: boolean): Promise<EndpointChangeAnswer> {
    const { journal, store } = this.#dependencies.parts;
    const wanted = await positionsAt(journal, sinceMs);
    const stored = await store.positions(endpoint.id);
    const segments = wanted.reduce(
      (sum, [shard, seq]) => sum + Math.max(0, (stored.get(shard) ?? 0) - seq),
      0,
    );
    const what = `what happened since ${new Date(sinceMs).toISOString()} (${counted(segments, "segment")} of the journal)`;
    if (segments === 0) return unchanged(await this.#shown(endpoint), `was not told anything since then`);
    if (dryRun) return unchanged(await this.#shown(endpoint), `would be told again ${what}`);
    await store.takeBack(endpoint.id, wanted);
    return this.#changed(endpoint, `is told again ${what}`);
  }

  async #changed(endpoint: Endpoint | undefined, detail: string): Promise<EndpointChangeAnswer> {
    if (endpoint === undefined) throw unknownEndpoint("It");
    this.#dependencies.log.info({ endpoint: endpoint.id }, "an operator has changed an endpoint");
    const current = await this.#dependencies.parts.store.find(endpoint.id);
    return { endpoint: await this.#shown(current ?? endpoint), isChanged: true, detail, secret: null };
  }

  /** By its id, the end of it, or its address. @throws {AdminFault} */
  async #find(name: string): Promise<SignedEndpoint> {
    const all = await this.#dependencies.parts.store.endpoints();
    const found = all.filter(
      ({ id, url }) =>
        id === name || url === name || (name.length >= SHORT_ID_LENGTH_MIN && id.endsWith(name)),
    );
    const [first] = found;
    if (first === undefined) throw unknownEndpoint(name);
    if (found.length === 1) return first;
    throw new AdminFault(
      "unknown_endpoint",
      `${name} may be one of ${found.length} endpoints: name it by its id.`,
    );
  }

  async #shown(endpoint: Endpoint): Promise<EndpointAnswer> {
    const { waiting, dead } = await this.#dependencies.parts.store.counts(endpoint.id);
    // Whatever else it comes with, its secrets stay here.
    return {
      id: endpoint.id,
      tenant: endpoint.tenant,
      url: endpoint.url,
      types: endpoint.types,
      allowsPrivate: endpoint.allowsPrivate,
      allowsPlain: endpoint.allowsPlain,
      state: endpoint.state,
      reason: endpoint.reason,
      createdAtMs: endpoint.createdAtMs,
      failingSinceMs: endpoint.failingSinceMs,
      lastDeliveredAtMs: endpoint.lastDeliveredAtMs,
      lastFailure: endpoint.lastFailure,
      previousSecretUntilMs: endpoint.previousSecretUntilMs,
      revision: endpoint.revision,
      waiting,
      dead,
    };
  }
}

function unchanged(endpoint: EndpointAnswer | null, detail: string): EndpointChangeAnswer {
  return { endpoint, isChanged: false, detail, secret: null };
}

function unknownEndpoint(name: string): AdminFault {
  return new AdminFault("unknown_endpoint", `${name} is no endpoint of this shop.`);
}
