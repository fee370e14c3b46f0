import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CLOSE } from "../../gateway/protocol/close-reasons.ts";
import { SOCKET_PATH, SUBPROTOCOL } from "../../gateway/protocol/messages.ts";
import { OPERATION_NAMES } from "../../gateway/protocol/operations.ts";
import { REFUSAL_CODES } from "../../gateway/protocol/refusal-codes.ts";
import { HttpApi, type HttpApiOptions } from "../../gateway/server/http-api.ts";

const page = readFileSync(join(import.meta.dir, "../../docs/api.md"), "utf8");

test("the page of the API lists what can be asked over HTTP, all of it and nothing else", () => {
  const routes = new HttpApi({} as HttpApiOptions).routes().map(({ method, path }) => `${method} ${path}`);
  const rows = [...page.matchAll(/^\| `((?:GET|POST|PATCH|DELETE) [^`]+)`/gm)].map(([, row = ""]) => row);
  expect(rows.toSorted()).toEqual(routes.toSorted());
});

test("it names the socket, and each operation", () => {
  const names = [SOCKET_PATH, SUBPROTOCOL, ...OPERATION_NAMES];
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test("it says of each refusal what to do", () => {
  // Those of wrong values share a row, and no client can name a kind of actor.
  const codes = REFUSAL_CODES.filter((code) => !code.startsWith("invalid_") && code !== "unknown_kind");
  expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});

test("it says of each close code whether to connect again", () => {
  const codes = Object.values(CLOSE).map(({ code }) => String(code));
  const [, rows = ""] = page.split("| closed with");
  expect(codes.filter((code) => !new RegExp(`^\\| [0-9, ]*\\b${code}\\b`, "m").test(rows))).toEqual([]);
});
