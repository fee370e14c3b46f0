import { errors } from "@nats-io/transport-node";

const REFUSED = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE"]);
const UNKNOWN_HOST = new Set(["ENOTFOUND", "EAI_AGAIN", "DNS_ENOTFOUND"]);
const CERTIFICATE = /CERT|SIGNATURE|ISSUER|ERR_TLS/;

/** Says in one sentence why there is no connection, and which setting to look at; never a user or password. */
export function connectionTrouble(error: unknown): string {
  if (error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError) {
    return "it does not let this user in (NATS_USER and NATS_PASSWORD, NATS_CREDS, or the user in NATS_URL)";
  }
  if (error instanceof errors.InvalidArgumentError || isWithoutEncryption(error)) {
    return "it does not offer encryption (NATS_URL says tls://, or NATS_CA is set)";
  }
  const code = codeOf(error);
  if (CERTIFICATE.test(code)) return `its certificate is not trusted here: ${code} (NATS_CA)`;
  if (UNKNOWN_HOST.has(code)) return "there is no host of that name (NATS_URL)";
  if (REFUSED.has(code) || error instanceof errors.ConnectionError) return "nothing answers there (NATS_URL)";
  if (error instanceof errors.TimeoutError) return "it does not answer in time (NATS_URL)";
  return error instanceof Error ? error.message : "the connection was closed";
}

function isWithoutEncryption(error: unknown): boolean {
  return error instanceof Error && error.message.includes("does not support 'tls'");
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const { code, cause } = error as Error & { readonly code?: unknown };
  if (typeof code === "string") return code;
  return cause === undefined ? "" : codeOf(cause);
}
