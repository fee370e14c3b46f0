import type { DeadLetter, Endpoint, LetterCounts } from "../../engine/ports/webhook-store.ts";

/** An endpoint as operators see it. */
export type EndpointAnswer = Endpoint & LetterCounts;

/** What `GET /v1/webhooks` answers: the oldest first. */
export interface EndpointsAnswer {
  readonly endpoints: readonly EndpointAnswer[];
}

/** What a change comes to. */
export interface EndpointChangeAnswer {
  /** As it is now; null when it is gone, or was only tried. */
  readonly endpoint: EndpointAnswer | null;
  readonly isChanged: boolean;
  /** What was done, or would be. */
  readonly detail: string;
  /** Shown once, here: of an endpoint that was added, or whose secret was rotated. */
  readonly secret: string | null;
}

/** What a test has shown. */
export interface EndpointTestAnswer {
  readonly isDelivered: boolean;
  readonly detail: string;
  readonly tookMs: number;
}

/** What `GET /v1/webhooks/:endpoint/failed` answers: the newest first. */
export interface FailedEventsAnswer {
  readonly failed: readonly FailedEvent[];
}

/** An event that is not tried any more. */
export interface FailedEvent extends Pick<DeadLetter, "attempts" | "lastFailure" | "diedAtMs"> {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly occurredAtMs: number;
  /** What was sent. */
  readonly body: string;
}
