import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { addressTrouble, hostOf, urlTrouble, type AddressPermission } from "./endpoint-address.ts";
import { retryAfterMs } from "./retry-policy.ts";

/** One attempt to tell one event. */
export interface Delivery extends AddressPermission {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What became of an attempt. */
export type DeliveryOutcome =
  | { readonly type: "delivered"; readonly status: number }
  /** `retryAfterMs` is what the receiver asks for. */
  | { readonly type: "failed"; readonly failure: string; readonly retryAfterMs?: number }
  /** The receiver wants nothing more, ever. */
  | { readonly type: "gone" }
  /** Given up by us: nobody knows whether it arrived. */
  | { readonly type: "aborted" };

/** Sends one event. Never throws. */
export type WebhookSender = (delivery: Delivery, signal: AbortSignal) => Promise<DeliveryOutcome>;

/** How events are sent over HTTP. */
export interface HttpSenderOptions {
  readonly answerMsMax: number;
  readonly userAgent: string;
  /** The addresses of a name; those of the system unless told. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Certificates that vouch for receivers; those of the system unless told. */
  readonly authorities?: string;
}

const STATUS_GONE = 410;
const STATUS_TOO_MANY = 429;
const STATUS_UNAVAILABLE = 503;
const FAILURE_LENGTH_MAX = 300;
const REFUSED: ReadonlySet<string> = new Set(["ECONNREFUSED", "ConnectionRefused"]);

/**
 * Sends events over HTTP. The name is looked up once, every address that it has must be allowed, and the connection goes to one of
 * these, so that no second look can lead elsewhere; certificates are checked against the name. Redirects are not followed, and nothing
 * of an answer is read but its head.
 */
export function httpSender(options: HttpSenderOptions): WebhookSender {
  const resolve = options.resolve ?? systemAddresses;
  return async (delivery, signal) => {
    const timeout = AbortSignal.timeout(options.answerMsMax);
    try {
      const url = new URL(delivery.url);
      const target = await unlessAborted(
        addressOf(url, delivery, resolve),
        AbortSignal.any([signal, timeout]),
      );
      if ("trouble" in target) return failed(target.trouble);
      const response = await fetch(pinned(url, target.address), {
        method: "POST",
        headers: { ...delivery.headers, Host: url.host, "User-Agent": options.userAgent },
        body: delivery.body,
        redirect: "manual",
        signal: AbortSignal.any([signal, timeout]),
        ...tlsOf(url, options.authorities),
      });
      await response.body?.cancel();
      return outcomeOf(response);
    } catch (error) {
      if (signal.aborted) return { type: "aborted" };
      if (timeout.aborted) return failed(`no answer within ${options.answerMsMax} ms`);
      return failed(error instanceof Error ? reasonOf(error) : String(error));
    }
  };
}

type Target = { readonly address: string } | { readonly trouble: string };

async function addressOf(
  url: URL,
  permission: AddressPermission,
  resolve: (host: string) => Promise<readonly string[]>,
): Promise<Target> {
  const trouble = urlTrouble(url.href, permission);
  if (trouble !== undefined) return { trouble: `the address ${trouble}` };
  const host = hostOf(url);
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  for (const address of addresses) {
    const refused = addressTrouble(address, permission);
    if (refused !== undefined) return { trouble: refused };
  }
  // Any of them, so that one that is out of order is passed over by the next attempt.
  const address = addresses[Math.floor(Math.random() * addresses.length)];
  return address === undefined ? { trouble: `${host} has no address` } : { address };
}

function pinned(url: URL, address: string): string {
  const target = new URL(url);
  target.hostname = isIP(address) === 6 ? `[${address}]` : address;
  return target.href;
}

/** The name that the certificate has to have, although the connection goes to an address. */
function tlsOf(url: URL, ca: string | undefined): { tls?: { serverName?: string; ca?: string } } {
  if (url.protocol !== "https:") return {};
  const host = hostOf(url);
  return {
    tls: { ...(isIP(host) === 0 ? { serverName: host } : {}), ...(ca === undefined ? {} : { ca }) },
  };
}

function outcomeOf({ status, headers }: Response): DeliveryOutcome {
  if (status >= 200 && status < 300) return { type: "delivered", status };
  if (status === STATUS_GONE) return { type: "gone" };
  if (status >= 300 && status < 400) return failed(`answered ${status}: redirects are not followed`);
  const wait =
    status === STATUS_TOO_MANY || status === STATUS_UNAVAILABLE
      ? retryAfterMs(headers.get("retry-after"), Date.now())
      : undefined;
  return { ...failed(`answered ${status}`), ...(wait === undefined ? {} : { retryAfterMs: wait }) };
}

function failed(failure: string): Extract<DeliveryOutcome, { type: "failed" }> {
  return { type: "failed", failure: failure.slice(0, FAILURE_LENGTH_MAX).toWellFormed() };
}

/** Codes and no texts: what a library says may have the whole address in it, with what is secret of it. */
function reasonOf(error: Error): string {
  if (!("code" in error) || typeof error.code !== "string") return error.name;
  return REFUSED.has(error.code) ? "nothing listens there" : error.code;
}

async function systemAddresses(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason as Error);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  // Nobody may be left to hear of it.
  work.catch(() => undefined);
  return Promise.race([work, aborted.promise]).finally(() => signal.removeEventListener("abort", abort));
}
