import type { Brand } from "./brand.ts";

/** The shop that owns an actor. Nothing crosses from one tenant to another. */
export type Tenant = Brand<string, "Tenant">;

/** The name of a kind of actor, such as `inventory` or `cart`. */
export type Kind = Brand<string, "Kind">;

/** The id of an actor within its tenant and kind. */
export type ActorId = Brand<string, "ActorId">;

/** The full name of an actor. */
export interface Address {
  readonly tenant: Tenant;
  readonly kind: Kind;
  readonly id: ActorId;
}

/** Ids are at most this many characters long; the page, the journal and the logs all show them whole. */
export const ID_LENGTH_MAX = 120;

/** Separates the affinity key of an id from the rest: `CART~3` lives in the shard of `CART`. */
export const AFFINITY_SEPARATOR = "~";

const TENANT_PATTERN = /^[a-z][a-z0-9-]{0,31}$/;
const KIND_PATTERN = /^[a-z][a-z-]{0,31}$/;
/**
 * Letters, digits and the marks that occur in stock codes and UUIDs; no slash (it separates the parts of an address), no white
 * space at either end, no control characters. An id also has {@link ID_LENGTH_MAX} characters at most.
 */
export const ID_PATTERN = /^[A-Za-z0-9](?:[A-Za-z0-9 ._:#@~+-]*[A-Za-z0-9._:#@~+-])?$/;

/** Parses a tenant: lower-case letters, digits and hyphens, 1–32 characters. Returns undefined for anything else. */
export function parseTenant(text: string): Tenant | undefined {
  return TENANT_PATTERN.test(text) ? (text as Tenant) : undefined;
}

/** Parses a kind: lower-case letters and hyphens, 1–32 characters. Returns undefined for anything else. */
export function parseKind(text: string): Kind | undefined {
  return KIND_PATTERN.test(text) ? (text as Kind) : undefined;
}

/** Parses an actor id of 1–{@link ID_LENGTH_MAX} characters. Returns undefined for anything else. */
export function parseActorId(text: string): ActorId | undefined {
  return text.length <= ID_LENGTH_MAX && ID_PATTERN.test(text) ? (text as ActorId) : undefined;
}

/** Writes an address as `tenant/kind/id`, also one whose parts were parsed before they were sent or stored. */
export function formatAddress({ tenant, kind, id }: Readonly<Record<keyof Address, string>>): string {
  return `${tenant}/${kind}/${id}`;
}

/** Parses `tenant/kind/id`. Returns undefined when any part is missing or malformed. */
export function parseAddress(text: string): Address | undefined {
  const [tenantText, kindText, idText, ...rest] = text.split("/");
  if (tenantText === undefined || kindText === undefined || idText === undefined || rest.length > 0)
    return undefined;
  const tenant = parseTenant(tenantText);
  const kind = parseKind(kindText);
  const id = parseActorId(idText);
  if (tenant === undefined || kind === undefined || id === undefined) return undefined;
  return { tenant, kind, id };
}

/** The part of an id that decides its shard: all before the first `~`, so a cart and its orders stay together. */
export function affinityKey(id: string): string {
  const end = id.indexOf(AFFINITY_SEPARATOR);
  return end < 0 ? id : id.slice(0, end);
}
