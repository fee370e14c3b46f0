import { expect, test } from "bun:test";
import { isSameServer } from "./same-server.ts";

test.each([
  ["http://localhost:7070", "http://localhost:7070/"],
  ["http://localhost:7070", "http://127.0.0.1:7070"],
  ["http://localhost:7070", "http://[::1]:7070/"],
  ["http://shop.example", "http://SHOP.example:80/"],
  ["postgres://127.0.0.1:5432/shop", "postgresql://anna:secret@localhost/shop?sslmode=disable"],
  ["postgres:///shop", "postgres://localhost/shop"],
])("%s is where %s is", (one, other) => {
  expect([isSameServer(one, other), isSameServer(other, one)]).toEqual([true, true]);
});

test.each([
  ["http://localhost:7070", "http://localhost:7071"],
  ["http://localhost:7070", "http://shop.example:7070"],
  ["postgres://localhost/shop", "postgres://localhost/another"],
  ["postgres:///shop?host=/run/one", "postgres:///shop?host=/run/other"],
  ["postgres:///shop?host=/run/one", "postgres:///shop"],
  ["no address", "another"],
])("%s is not where %s is", (one, other) => {
  expect([isSameServer(one, other), isSameServer(other, one)]).toEqual([false, false]);
});
