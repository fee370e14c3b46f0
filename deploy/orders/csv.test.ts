import { expect, test } from "bun:test";
import { csvRecord, spreadsheetText } from "./csv.ts";

test("cells with commas, quotes and line ends are quoted, others are not", () => {
  expect(csvRecord(["TEA", "Tea, green", '7" plate', "two\nlines", ""])).toBe(
    'TEA,"Tea, green","7"" plate","two\nlines",\r\n',
  );
});

test.each(["=1+1", "+49 30", "-5 °C", "@home", "\t=1", " =1", "\r=1", "＝1"])(
  "a spreadsheet is told that %p is a text",
  (text) => {
    expect(spreadsheetText(text)).toBe(`'${text}`);
  },
);

test.each(["Tea", "7-inch plate", "a=b", "", "'quoted'", "£5"])("%p stays as it is", (text) => {
  expect(spreadsheetText(text)).toBe(text);
});
