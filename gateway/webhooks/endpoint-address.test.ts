import { expect, test } from "bun:test";
import { addressTrouble, urlTrouble } from "./endpoint-address.ts";

const STRICT = { allowsPrivate: false, allowsPlain: false };
const OWN = { allowsPrivate: true, allowsPlain: false };
const ALL = { allowsPrivate: true, allowsPlain: true };

test("an address of a receiver on the internet is encrypted, and has nothing in it but the address", () => {
  expect(urlTrouble("https://example.com/hooks?shop=1", STRICT)).toBeUndefined();
  const wrong = [
    "example.com",
    "ftp://example.com/",
    "http://example.com/",
    "https://user:word@example.com/",
    "https://example.com/#part",
    `https://example.com/${"a".repeat(2_048)}`,
  ];
  for (const url of wrong) expect([url, urlTrouble(url, STRICT)]).not.toEqual([url, undefined]);
});

test("plain text reaches this machine when its network is allowed, and others only when it is allowed itself", () => {
  for (const url of ["http://127.0.0.1:9/", "http://localhost:9/", "http://[::1]:9/"])
    expect(urlTrouble(url, OWN)).toBeUndefined();
  expect(urlTrouble("http://127.0.0.1:9/", STRICT)).toContain("private network");
  expect(urlTrouble("http://10.0.0.7/", OWN)).toContain("must begin with https://");
  expect(urlTrouble("http://10.0.0.7/", ALL)).toBeUndefined();
});

test("what would allow an address is named", () => {
  expect(urlTrouble("http://127.0.0.1:9/", STRICT)).toContain("--allow-private");
  expect(urlTrouble("http://10.0.0.7/", OWN)).toContain("--allow-plain");
});

const PRIVATE = [
  "10.1.2.3",
  "100.64.0.1",
  "127.0.0.1",
  "172.31.0.1",
  "192.168.1.1",
  "::1",
  "fd00::1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "64:ff9b::7f00:1",
  "2002:7f00:1::",
  "::7f00:1",
  "fec0::1",
];

test.each(PRIVATE)("%s belongs to somebody's own network", (address) => {
  expect(addressTrouble(address, STRICT)).toContain("private network");
  expect(addressTrouble(address, OWN)).toBeUndefined();
});

const NEVER = [
  "0.0.0.0",
  "169.254.169.254",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "fe80::1",
  "ff02::1",
  "::ffff:169.254.169.254",
  "64:ff9b::a9fe:a9fe",
  "2002:a9fe:a9fe::1",
  "fd00:ec2::254",
  "fd20:ce::254",
  "100.100.100.200",
  "168.63.129.16",
  "192.0.0.192",
];

test.each(NEVER)("%s is never called, whatever is allowed", (address) => {
  expect(addressTrouble(address, ALL)).toContain("never called");
});

test("addresses of the internet are called, and writing one in another way changes nothing", () => {
  for (const address of ["93.184.215.14", "2606:2800:21f:cb07::1", "172.32.0.1"])
    expect(addressTrouble(address, STRICT)).toBeUndefined();
  for (const url of ["https://2130706433/", "https://0x7f.1/", "https://[::ffff:127.0.0.1]/"])
    expect(urlTrouble(url, STRICT)).toContain("private network");
});
