import type { EndpointAnswer, EndpointsAnswer, FailedEventsAnswer } from "../../webhooks/endpoint-answers.ts";
import type { AdminOptions } from "../cluster/admin-options.ts";
import { withCluster } from "../cluster/session.ts";
import type { WebhookFailedOptions } from "../webhooks.ts";
import { endpointListText, endpointText, failedText, type FailedOfEndpoint } from "./endpoint-text.ts";

/** Prints all endpoints. */
export function listEndpoints(options: AdminOptions): Promise<void> {
  return withCluster(options, async ({ client, print }) =>
    print(await client.ask<EndpointsAnswer>("GET", "/v1/webhooks"), ({ endpoints }) =>
      endpointListText(endpoints, Date.now()),
    ),
  );
}

/** Prints one endpoint. */
export function showEndpoint(endpoint: string, options: AdminOptions): Promise<void> {
  return withCluster(options, async ({ client, print }) =>
    print(
      await client.ask<EndpointAnswer>("GET", `/v1/webhooks/${encodeURIComponent(endpoint)}`),
      endpointText,
    ),
  );
}

/** Prints the dead letters of one endpoint, or of all. */
export function listFailed(endpoint: string | undefined, options: WebhookFailedOptions): Promise<void> {
  return withCluster(options, async ({ client, print }) => {
    const named =
      endpoint === undefined
        ? (await client.ask<EndpointsAnswer>("GET", "/v1/webhooks")).endpoints.map(({ id }) => id)
        : [endpoint];
    const failed: FailedOfEndpoint[] = [];
    for (const name of named) {
      const path = `/v1/webhooks/${encodeURIComponent(name)}/failed?limit=${options.limit}`;
      const answer = await client.ask<FailedEventsAnswer>("GET", path);
      failed.push(...answer.failed.map((event) => ({ endpoint: name, ...event })));
    }
    await print({ failed }, (answer) => failedText(answer.failed));
  });
}
