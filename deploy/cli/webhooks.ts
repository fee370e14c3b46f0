import { InvalidArgumentError, type Command } from "commander";
import { isShopEventType, SHOP_EVENT_TYPES, type ShopEventType } from "../../gateway/webhooks/shop-event.ts";
import { FAILED_SHOWN_MAX } from "../admin/api/admin-limits.ts";
import { ACCESS_HELP, addAdminOptions, type AdminOptions } from "./cluster/admin-options.ts";
import { duration } from "./cluster/duration.ts";
import { pastTime } from "./past-time.ts";
import { wholeNumber } from "./whole-number.ts";

/** What every change of an endpoint takes. */
export interface WebhookChangeOptions extends AdminOptions {
  readonly dryRun?: boolean;
}

/** What `stampede webhooks resume` takes. */
export interface WebhookResumeOptions extends WebhookChangeOptions {
  readonly all?: boolean;
}

/** What `stampede webhooks add` takes. */
export interface WebhookAddOptions extends WebhookChangeOptions {
  readonly types: readonly ShopEventType[];
  /** Milliseconds since the epoch. */
  readonly since?: number;
  readonly allowPrivate?: boolean;
  readonly allowPlain?: boolean;
}

/** What `stampede webhooks rotate-secret` takes. */
export interface WebhookRotateOptions extends WebhookChangeOptions {
  /** Milliseconds. */
  readonly overlap: number;
}

/** What `stampede webhooks failed` takes. */
export interface WebhookFailedOptions extends AdminOptions {
  readonly limit: number;
}

/** What `stampede webhooks replay` takes. */
export interface WebhookReplayOptions extends WebhookChangeOptions {
  readonly event?: string;
  /** Milliseconds since the epoch. */
  readonly since?: number;
}

const ENDPOINT = "its id, the end of it as webhooks list shows it, or its address";
const SINCE = "a date, a date with time and zone, or an age: 2026-01-31, 2026-01-31T18:00Z, 12h, 30d";
const DAY_MS = 86_400_000;
const CHANGE_HELP = `
Ends with 0 when it is done or there was nothing to do, 1 failed, 2 wrong use or no such endpoint, 6 refused before anything was changed.`;

/** Adds `stampede webhooks`. */
export function registerWebhooks(program: Command): void {
  const webhooks = program
    .command("webhooks")
    .description("Tell other systems what happens: endpoints, their secrets, and what they have not taken.");
  registerAdd(webhooks);
  registerReading(webhooks);
  registerTest(webhooks);
  registerStates(webhooks);
  registerResume(webhooks);
  registerRotate(webhooks);
  registerReplay(webhooks);
}

function registerAdd(webhooks: Command): void {
  addChangeOptions(
    webhooks.command("add").description("Tell an address what happens, from now on. Shows its secret, once."),
  )
    .argument("<url>", "where to send it, such as https://example.com/hooks")
    .requiredOption("--types <types>", `what to tell: ${SHOP_EVENT_TYPES.join(",")}; or all`, eventTypes)
    .option("--since <time>", `from an earlier moment on: ${SINCE}`, pastTime(Date.now()))
    .option("--allow-private", "the address may be one of your own network, or of this machine")
    .option("--allow-plain", "http:// may reach other machines, readably for everybody in between")
    .addHelpText(
      "after",
      help("stampede webhooks add https://example.com/hooks --types order.confirmed,order.returned"),
    )
    .action(async (url: string, options: WebhookAddOptions) => {
      const { addEndpoint } = await import("./webhooks/change-endpoint.ts");
      await addEndpoint(url, options);
    });
}

function registerReading(webhooks: Command): void {
  addAdminOptions(webhooks.command("list").description("List endpoints, and how they take what they get."))
    .addHelpText("after", `${ACCESS_HELP}\n\nExample: stampede webhooks list`)
    .action(async (options: AdminOptions) => {
      const { listEndpoints } = await import("./webhooks/show-endpoints.ts");
      await listEndpoints(options);
    });
  addAdminOptions(webhooks.command("show").description("Show one endpoint."))
    .argument("<endpoint>", ENDPOINT)
    .addHelpText("after", `${ACCESS_HELP}\n\nExample: stampede webhooks show 5f7c2e19`)
    .action(async (endpoint: string, options: AdminOptions) => {
      const { showEndpoint } = await import("./webhooks/show-endpoints.ts");
      await showEndpoint(endpoint, options);
    });
  addAdminOptions(
    webhooks
      .command("failed")
      .description("List dead letters: events that an endpoint has not taken for a day, the newest first."),
  )
    .argument("[endpoint]", `${ENDPOINT}; all of them unless named`)
    .option("--limit <number>", "at most so many of an endpoint", wholeNumber(1, FAILED_SHOWN_MAX), 20)
    .addHelpText("after", `${ACCESS_HELP}\n\nExample: stampede webhooks failed 5f7c2e19 --json`)
    .action(async (endpoint: string | undefined, options: WebhookFailedOptions) => {
      const { listFailed } = await import("./webhooks/show-endpoints.ts");
      await listFailed(endpoint, options);
    });
}

function registerTest(webhooks: Command): void {
  addAdminOptions(
    webhooks
      .command("test")
      .description("Send an endpoint one event of no meaning, now, from the node that is asked."),
  )
    .argument("<endpoint>", ENDPOINT)
    .addHelpText(
      "after",
      `\nEnds with 0 when the endpoint has taken it, else with 1.\n${ACCESS_HELP}\n\nExample: stampede webhooks test 5f7c2e19`,
    )
    .action(async (endpoint: string, options: AdminOptions) => {
      const { testEndpoint } = await import("./webhooks/change-endpoint.ts");
      await testEndpoint(endpoint, options);
    });
}

function registerStates(webhooks: Command): void {
  const states = [
    ["pause", "Tell an endpoint nothing until it is resumed. What happens meanwhile is kept for it."],
    ["remove", "Forget an endpoint, with all that waits for it."],
  ] as const;
  for (const [name, description] of states)
    addChangeOptions(webhooks.command(name).description(description))
      .argument("<endpoint>", ENDPOINT)
      .addHelpText("after", help(`stampede webhooks ${name} 5f7c2e19`))
      .action(async (endpoint: string, options: WebhookChangeOptions) => {
        const { changeEndpoint } = await import("./webhooks/change-endpoint.ts");
        await changeEndpoint(name, endpoint, options);
      });
}

function registerResume(webhooks: Command): void {
  addChangeOptions(
    webhooks
      .command("resume")
      .description("Tell an endpoint that was paused or suspended what it has missed, and go on."),
  )
    .argument("[endpoint]", ENDPOINT)
    .option("--all", "all that are paused or suspended, such as those of a shop that was restored")
    .addHelpText("after", help("stampede webhooks resume 5f7c2e19"))
    .action(async (endpoint: string | undefined, options: WebhookResumeOptions) => {
      const { resumeEndpoints } = await import("./webhooks/change-endpoint.ts");
      await resumeEndpoints(endpoint, options);
    });
}

function registerRotate(webhooks: Command): void {
  addChangeOptions(
    webhooks
      .command("rotate-secret")
      .description("Give an endpoint a new secret, shown once. That of before signs, too, for a while."),
  )
    .argument("<endpoint>", ENDPOINT)
    .option("--overlap <duration>", "for how long both sign, such as 24h", duration, DAY_MS)
    .addHelpText("after", help("stampede webhooks rotate-secret 5f7c2e19 --overlap 1h"))
    .action(async (endpoint: string, options: WebhookRotateOptions) => {
      const { rotateSecret } = await import("./webhooks/change-endpoint.ts");
      await rotateSecret(endpoint, options);
    });
}

function registerReplay(webhooks: Command): void {
  addChangeOptions(
    webhooks
      .command("replay")
      .description(
        "Tell an endpoint again: its dead letters, one of them, or all that happened since a time.",
      ),
  )
    .argument("<endpoint>", ENDPOINT)
    .option("--event <id>", "only this dead letter")
    .option("--since <time>", `all that happened, also what it has taken: ${SINCE}`, pastTime(Date.now()))
    .addHelpText("after", help("stampede webhooks replay 5f7c2e19 --since 2h --dry-run"))
    .action(async (endpoint: string, options: WebhookReplayOptions) => {
      const { replayEvents } = await import("./webhooks/change-endpoint.ts");
      await replayEvents(endpoint, options);
    });
}

function addChangeOptions(command: Command): Command {
  return addAdminOptions(command).option("--dry-run", "only say what would be done");
}

function help(example: string): string {
  return `${CHANGE_HELP}\n${ACCESS_HELP}\n\nExample: ${example}`;
}

function eventTypes(text: string): readonly ShopEventType[] {
  if (text === "all") return SHOP_EVENT_TYPES;
  const types = [...new Set(text.split(",").map((type) => type.trim()))];
  const unknown = types.find((type) => !isShopEventType(type));
  if (unknown === undefined) return types.filter(isShopEventType);
  throw new InvalidArgumentError(
    `${JSON.stringify(unknown)} is none of them; they are ${SHOP_EVENT_TYPES.join(", ")}, or all.`,
  );
}
