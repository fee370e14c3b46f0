/** What has become of attempts to tell endpoints something, since this node began. */
export interface WebhookCounters {
  delivered: number;
  failed: number;
  /** Events that became dead letters. */
  dead: number;
}

/** Nothing yet. */
export function noWebhooks(): WebhookCounters {
  return { delivered: 0, failed: 0, dead: 0 };
}
