import { afterEach, beforeEach, expect, test } from "bun:test";
import { ConfigError } from "../config.ts";
import { openShopDatabase } from "./shop-database.ts";

let before: string | undefined;

beforeEach(() => {
  before = process.env["DATABASE_URL"];
});

afterEach(() => {
  if (before === undefined) delete process.env["DATABASE_URL"];
  else process.env["DATABASE_URL"] = before;
});

test.each(["", "shop", "postgres://clerk:5%off@127.0.0.1:1/shop"])(
  "%j as DATABASE_URL is wrong use, and no fault of the database",
  async (url) => {
    process.env["DATABASE_URL"] = url;
    const fault: unknown = await openShopDatabase(".").catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(ConfigError);
    expect((fault as Error).message).toStartWith("DATABASE_URL");
  },
);
