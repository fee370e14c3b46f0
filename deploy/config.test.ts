import { describe, expect, test } from "bun:test";
import { ConfigError, readConfig } from "./config.ts";

describe("the configuration", () => {
  test("has sensible defaults", () => {
    expect(readConfig({}, {})).toMatchObject({
      name: "Stampede",
      port: 7070,
      adminPort: 7071,
      host: "127.0.0.1",
      adminHost: "127.0.0.1",
      gateways: 1,
      databaseUrl: undefined,
      demo: true,
    });
  });

  test("takes the shop's own name, from its option before the environment", () => {
    expect(readConfig({ name: " Corner Shop " }, { STAMPEDE_NAME: "Other" }).name).toBe("Corner Shop");
    expect(readConfig({}, { STAMPEDE_NAME: "<b>Café & Söhne</b>" }).name).toBe("<b>Café & Söhne</b>");
  });

  test("takes a shop behind TLS", () => {
    expect(readConfig({}, {}).secureCookies).toBe(false);
    expect(readConfig({ secureCookies: true }, {}).secureCookies).toBe(true);
  });

  test.each([
    [{ name: " " }, {}, "--name"],
    [{ name: "x".repeat(61) }, {}, "--name"],
    [{ name: "two\nlines" }, {}, "--name"],
    [{ name: "\u0007" }, {}, "--name"],
    [{}, { STAMPEDE_NAME: "" }, "STAMPEDE_NAME"],
    [{ port: "http" }, {}, "--port"],
    [{ port: "65536" }, {}, "--port"],
    [{ port: "-1" }, {}, "--port"],
    [{ adminPort: "1.5" }, {}, "--admin-port"],
    [{ host: "" }, {}, "--host"],
    [{ adminHost: "" }, {}, "--admin-host"],
    [{ data: "" }, {}, "--data"],
    [{ lanes: "0" }, {}, "--lanes"],
    [{ gateways: "65" }, {}, "--gateways"],
    [{ logLevel: "loud" }, {}, "--log-level"],
    [{ allowOrigin: ["https://shop.example/path"] }, {}, "--allow-origin"],
    [{}, { DATABASE_URL: "" }, "DATABASE_URL"],
    [{}, { DATABASE_URL: "postgres://shop:5%off@db.example/shop" }, "DATABASE_URL has a user or password"],
    [{}, { STAMPEDE_SECRET: "short" }, "STAMPEDE_SECRET"],
    [{}, { STAMPEDE_ADMIN_TOKEN: "x".repeat(31) }, "STAMPEDE_ADMIN_TOKEN"],
    [{}, { STAMPEDE_ADMIN_TOKEN: `${"x".repeat(40)} y` }, "STAMPEDE_ADMIN_TOKEN"],
    [{ takeOver: true }, {}, "--take-over"],
    [{ fresh: true }, { DATABASE_URL: "postgres://db.example/shop" }, "--fresh"],
  ])("refuses %j %j and names %s", (options, environment, name) => {
    const read = () => readConfig(options, environment);
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(name);
  });
});
