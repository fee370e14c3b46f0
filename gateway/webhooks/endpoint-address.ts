import { BlockList, isIP } from "node:net";

/** Which addresses an endpoint may have, as whoever added it has decided. */
export interface AddressPermission {
  readonly allowsPrivate: boolean;
  readonly allowsPlain: boolean;
}

const URL_LENGTH_MAX = 2_048;

// Metadata services of clouds among them: no receiver has such an address, whatever an operator says.
const NEVER = blockList(
  ["0.0.0.0", 8, "ipv4"],
  // Alibaba Cloud, Azure and Oracle; then AWS and Google over IPv6.
  ["100.100.100.200", 32, "ipv4"],
  ["168.63.129.16", 32, "ipv4"],
  ["192.0.0.192", 32, "ipv4"],
  ["fd00:ec2::254", 128, "ipv6"],
  ["fd20:ce::254", 128, "ipv6"],
  ["169.254.0.0", 16, "ipv4"],
  ["224.0.0.0", 4, "ipv4"],
  ["240.0.0.0", 4, "ipv4"],
  ["::", 128, "ipv6"],
  ["fe80::", 10, "ipv6"],
  ["ff00::", 8, "ipv6"],
);

// RFC 6890 and its registries: this machine, and networks that are somebody's own.
const PRIVATE = blockList(
  ["10.0.0.0", 8, "ipv4"],
  ["100.64.0.0", 10, "ipv4"],
  ["127.0.0.0", 8, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.0.0.0", 24, "ipv4"],
  ["192.0.2.0", 24, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["198.18.0.0", 15, "ipv4"],
  ["198.51.100.0", 24, "ipv4"],
  ["203.0.113.0", 24, "ipv4"],
  // Addresses that stand for others of IPv4, and this machine.
  ["::", 96, "ipv6"],
  ["64:ff9b::", 96, "ipv6"],
  ["64:ff9b:1::", 48, "ipv6"],
  ["2001::", 32, "ipv6"],
  ["2002::", 16, "ipv6"],
  ["fc00::", 7, "ipv6"],
  ["fec0::", 10, "ipv6"],
);

/** Why an endpoint cannot have this address; undefined when it can. Names are looked up with each attempt, not here. */
export function urlTrouble(text: string, permission: AddressPermission): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || text.length > URL_LENGTH_MAX || url.hostname === "")
    return `must be an address such as https://example.com/hooks of at most ${URL_LENGTH_MAX} characters`;
  if (url.protocol !== "https:" && url.protocol !== "http:") return "must begin with https://";
  if (url.username !== "" || url.password !== "")
    return "must not have a user or a password in it: the signature says who sends";
  if (url.hash !== "") return "must have no # in it";
  const host = hostOf(url);
  if (url.protocol === "http:" && !permission.allowsPlain && !isLoopback(host))
    return "must begin with https:// (http:// reaches this machine only, unless --allow-plain lets it)";
  return isIP(host) === 0 ? undefined : addressTrouble(host, permission);
}

/** Why this address is not called; undefined when it is. */
export function addressTrouble(address: string, { allowsPrivate }: AddressPermission): string | undefined {
  const plain = unmapped(address);
  const family = isIP(plain) === 6 ? "ipv6" : "ipv4";
  const carried = carriedBy(plain);
  if (NEVER.check(plain, family) || (carried !== undefined && NEVER.check(carried, "ipv4")))
    return `${address} is an address that is never called`;
  if (!allowsPrivate && PRIVATE.check(plain, family))
    return `${address} is an address of a private network, which only --allow-private lets an endpoint have`;
  return undefined;
}

/** The host of an address, without the brackets of IPv6. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "");
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** An address of IPv4 that is written as one of IPv6 is what it stands for. */
function unmapped(address: string): string {
  const [, dotted] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (dotted !== undefined) return dotted;
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  return dottedOf(high, low);
}

/** The address of IPv4 that a gateway makes of one of IPv6 (RFC 6052, RFC 3056); undefined for all others. */
function carriedBy(address: string): string | undefined {
  const [, high, low] =
    /^64:ff9b::([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address) ??
    /^2002:([0-9a-f]{1,4}):([0-9a-f]{1,4}):/i.exec(address) ??
    [];
  return high === undefined || low === undefined ? undefined : dottedOf(high, low);
}

/** Two groups of IPv6 as an address of IPv4. */
function dottedOf(high: string, low: string): string {
  const [left, right] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [left >> 8, left & 255, right >> 8, right & 255].join(".");
}

function blockList(
  ...subnets: readonly (readonly [net: string, prefix: number, family: "ipv4" | "ipv6"])[]
): BlockList {
  const list = new BlockList();
  for (const [net, prefix, family] of subnets) list.addSubnet(net, prefix, family);
  return list;
}
