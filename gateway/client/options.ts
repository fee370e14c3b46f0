import { SOCKET_PATH } from "../protocol/messages.ts";

/** How a client connects. */
export interface ConnectOptions {
  /** `ws://host:port/v1/socket`, or the shop's `http://host:port`. */
  readonly url: string;
  /** A session token; without one the cookie's session is used, or a new shopper's is made. */
  readonly token?: string;
  /** Connect again after a loss. On unless told. */
  readonly reconnect?: boolean;
  /** Longest time for the first connection, over all attempts, milliseconds. */
  readonly connectMs?: number;
  /** Longest time from a command to its result, over all attempts and connections, milliseconds. */
  readonly patienceMs?: number;
  /** Most attempts of one command whose refusal says that it may be sent again. */
  readonly attemptsMax?: number;
}

/** How one command is sent. */
export interface CommandOptions {
  /** The idempotency key, 1–64 printable ASCII characters; a new UUID unless given. */
  readonly key?: string;
  /** Time after which the command shall not be started any more, milliseconds. */
  readonly deadlineMs?: number;
  /** Send again, with the same key, when a refusal says that this may help. On unless told. */
  readonly retry?: boolean;
}

/**
 * The address of the socket of a shop.
 * @throws TypeError when `url` is not the address of a shop.
 */
export function socketUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === "http:") parsed.protocol = "ws:";
  if (parsed?.protocol === "https:") parsed.protocol = "wss:";
  if (parsed?.protocol !== "ws:" && parsed?.protocol !== "wss:") {
    throw new TypeError(`${JSON.stringify(url)} is not the address of a shop, such as https://shop.example`);
  }
  if (parsed.pathname === "/") parsed.pathname = SOCKET_PATH;
  // What a page keeps behind the #, no socket can have.
  parsed.hash = "";
  return parsed.href;
}

/** A new idempotency key. */
export function newKey(): string {
  // randomUUID is missing on pages that did not come over TLS or from localhost.
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const words = crypto.getRandomValues(new Uint32Array(4));
  return Array.from(words, (word) => word.toString(16).padStart(8, "0")).join("");
}
