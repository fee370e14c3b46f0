import { SHOP_EVENT_VERSIONS, type ShopEvent } from "./shop-event.ts";

/** What every event is sent as: CloudEvents 1.0, structured, so that the signature is over all of it. */
export const CLOUD_EVENT_TYPE = "application/cloudevents+json; charset=utf-8";

/** Where an event stands in the journal: what its id is made of. */
export interface EventPlace {
  readonly shard: number;
  readonly seq: number;
  /** Which of the segment's events it is, from 0. */
  readonly ordinal: number;
  /** Names the commit. A journal that was restored may have another segment of that number. */
  readonly batchId: string;
}

/** The id of an event: the same however often it is told. */
export function eventIdOf({ shard, seq, ordinal, batchId }: EventPlace): string {
  return `${shard}-${seq}-${ordinal}-${batchId}`;
}

/** Where ids are unique: one shop, one tenant. */
export function eventSource(shopId: string, tenant: string): string {
  return `urn:stampede:${shopId}:${tenant}`;
}

/** What surrounds an event's data. */
export interface Envelope {
  readonly id: string;
  readonly source: string;
  readonly occurredAtMs: number;
}

/** An event as it is sent. */
export function cloudEventText(event: ShopEvent, envelope: Envelope): string {
  const type = `shop.stampede.${event.type}.v${SHOP_EVENT_VERSIONS[event.type]}`;
  return textOf(type, event.subject, envelope, event.data);
}

/** The event by which an operator tries an endpoint out. */
export function testEventText(endpointId: string, envelope: Envelope): string {
  return textOf("shop.stampede.webhook.test.v1", `webhook/${endpointId}`, envelope, { endpointId });
}

function textOf(type: string, subject: string, { id, source, occurredAtMs }: Envelope, data: object): string {
  return JSON.stringify({
    specversion: "1.0",
    id,
    source,
    type,
    subject,
    time: new Date(occurredAtMs).toISOString(),
    datacontenttype: "application/json",
    data,
  });
}
