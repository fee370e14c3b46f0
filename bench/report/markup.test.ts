import { expect, test } from "bun:test";
import { embeddedJson, html, Markup } from "./markup.ts";

test("a text in a template cannot become markup", () => {
  const name = `<b onclick='x("&")'>`;
  expect(html`<p title="${name}">${name}</p>`.text).toBe(
    '<p title="&lt;b onclick=&#39;x(&quot;&amp;&quot;)&#39;&gt;">&lt;b onclick=&#39;x(&quot;&amp;&quot;)&#39;&gt;</p>',
  );
});

test("markup in a template stays markup, and a list is written one after the other", () => {
  const items = ["a", "b"].map((item) => html`<b>${item}</b>`);
  expect(html`<i>${items}</i>${new Markup("<br>")}${3}`.text).toBe("<i><b>a</b><b>b</b></i><br>3");
});

test("embedded JSON cannot end its script, and reads as what it was", () => {
  const value = { text: "</script><!--" };
  const { text } = embeddedJson(value);
  expect(text).not.toContain("<");
  expect(JSON.parse(text)).toEqual(value);
});
