import type {
  EndpointChangeAnswer,
  EndpointsAnswer,
  EndpointTestAnswer,
} from "../../webhooks/endpoint-answers.ts";
import { ConfigError } from "../../config.ts";
import type { AdminOptions } from "../cluster/admin-options.ts";
import { durationText } from "../cluster/duration.ts";
import { withCluster } from "../cluster/session.ts";
import type {
  WebhookAddOptions,
  WebhookChangeOptions,
  WebhookReplayOptions,
  WebhookResumeOptions,
  WebhookRotateOptions,
} from "../webhooks.ts";
import { changeText } from "./endpoint-text.ts";

const EXIT_FAILED = 1;

/** Adds an endpoint, and prints its secret. */
export function addEndpoint(url: string, options: WebhookAddOptions): Promise<void> {
  const { types, since: sinceMs, allowPrivate, allowPlain, dryRun } = options;
  const id = crypto.randomUUID();
  return withCluster(options, async ({ client, print }) =>
    print(
      await client.ask<EndpointChangeAnswer>("POST", "/v1/webhooks", {
        id,
        url,
        types,
        sinceMs,
        allowPrivate,
        allowPlain,
        dryRun,
      }),
      changeText(url),
    ),
  );
}

/** Sends an endpoint an event of no meaning. */
export function testEndpoint(endpoint: string, options: AdminOptions): Promise<void> {
  return withCluster(options, async ({ client, print }) => {
    const answer = await client.ask<EndpointTestAnswer>("POST", `${pathOf(endpoint)}/test`);
    if (!answer.isDelivered) process.exitCode = EXIT_FAILED;
    await print(answer, ({ isDelivered, detail, tookMs }) => {
      const result = isDelivered ? "has taken it" : "has not taken it";
      return `${endpoint} ${result}: ${detail} (${durationText(tookMs)})\n`;
    });
  });
}

/** Pauses or removes an endpoint. */
export function changeEndpoint(
  change: "pause" | "remove",
  endpoint: string,
  { dryRun = false, ...options }: WebhookChangeOptions,
): Promise<void> {
  return withCluster(options, async ({ client, print }) => {
    const path = pathOf(endpoint);
    const answer =
      change === "remove"
        ? await client.ask<EndpointChangeAnswer>("DELETE", `${path}?dryRun=${dryRun}`)
        : await client.ask<EndpointChangeAnswer>("POST", `${path}/${change}`, { dryRun });
    await print(answer, changeText(endpoint));
  });
}

/** Resumes an endpoint, or all that are not active. @throws {ConfigError} unless it is said which. */
export async function resumeEndpoints(
  endpoint: string | undefined,
  { all: isAll = false, dryRun = false, ...options }: WebhookResumeOptions,
): Promise<void> {
  if (isAll === (endpoint !== undefined)) throw new ConfigError("name one endpoint, or give --all");
  await withCluster(options, async ({ client, print }) => {
    const resume = (name: string): Promise<EndpointChangeAnswer> =>
      client.ask<EndpointChangeAnswer>("POST", `${pathOf(name)}/resume`, { dryRun });
    if (endpoint !== undefined) return print(await resume(endpoint), changeText(endpoint));
    const { endpoints } = await client.ask<EndpointsAnswer>("GET", "/v1/webhooks");
    const changes: EndpointChangeAnswer[] = [];
    for (const { id, state } of endpoints) if (state !== "active") changes.push(await resume(id));
    const text = (): string => changes.map(changeText("")).join("") || "all endpoints are active\n";
    return print({ changes }, text);
  });
}

/** Gives an endpoint a new secret, and prints it. */
export function rotateSecret(endpoint: string, options: WebhookRotateOptions): Promise<void> {
  const { overlap: overlapMs, dryRun } = options;
  return withCluster(options, async ({ client, print }) =>
    print(
      await client.ask<EndpointChangeAnswer>("POST", `${pathOf(endpoint)}/rotate-secret`, {
        overlapMs,
        dryRun,
      }),
      changeText(endpoint),
    ),
  );
}

/** Has an endpoint told again. @throws {ConfigError} when two different things are asked for. */
export async function replayEvents(endpoint: string, options: WebhookReplayOptions): Promise<void> {
  const { event, since: sinceMs, dryRun } = options;
  if (event !== undefined && sinceMs !== undefined)
    throw new ConfigError("--event and --since exclude each other");
  await withCluster(options, async ({ client, print }) =>
    print(
      await client.ask<EndpointChangeAnswer>("POST", `${pathOf(endpoint)}/replay`, {
        event,
        sinceMs,
        dryRun,
      }),
      changeText(endpoint),
    ),
  );
}

function pathOf(endpoint: string): string {
  return `/v1/webhooks/${encodeURIComponent(endpoint)}`;
}
