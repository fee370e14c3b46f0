import { expect, test } from "bun:test";
import { Navigation } from "./navigation.ts";

const SHOP = "http://shop.test/";

interface Entry {
  readonly state: unknown;
  readonly href: string;
}

/** The part of a browser's window that tells where the page is. It goes back some time after it was told to, as browsers do. */
class FakeWindow extends EventTarget {
  readonly entries: Entry[];
  isRefusing = false;
  scrollY = 0;
  #at = 0;
  #backs = 0;

  constructor(href: string) {
    super();
    this.entries = [{ state: null, href }];
  }

  get location(): URL {
    return new URL(this.#entry.href);
  }

  get history(): Pick<History, "state" | "pushState" | "replaceState" | "back"> {
    return {
      state: this.#entry.state,
      pushState: (state, _, path) => {
        this.entries.splice(this.#at + 1, Infinity, this.#made(state, path));
        this.#at++;
      },
      replaceState: (state, _, path) => (this.entries[this.#at] = this.#made(state, path)),
      back: () => this.#backs++,
    };
  }

  scrollTo(_: number, y: number): void {
    this.scrollY = y;
  }

  /** The browser's own buttons. */
  go(steps: number): void {
    this.#at += steps;
    this.dispatchEvent(new Event("popstate"));
  }

  /** The browser does what the page has asked for. */
  catchUp(): void {
    for (; this.#backs > 0; this.#backs--) this.go(-1);
  }

  get #entry(): Entry {
    const entry = this.entries[this.#at];
    if (entry === undefined) throw new Error("the shopper has left the shop");
    return entry;
  }

  #made(state: unknown, path?: string | URL | null): Entry {
    if (this.isRefusing) throw new DOMException("The operation is insecure.", "SecurityError");
    return { state: structuredClone(state), href: new URL(path ?? this.#entry.href, this.#entry.href).href };
  }
}

function openPage(href = SHOP) {
  const page = new FakeWindow(href);
  return { page, navigation: new Navigation(page as unknown as Window) };
}

const mug = { type: "product", sku: "MUG" } as const;
const home = { words: "", category: "Home", page: 0 };

test("a product has an entry and an address, and closing it goes back to the entry before", () => {
  const { page, navigation } = openPage();
  navigation.look(home);
  navigation.open(mug);
  expect(page.location.search).toBe("?category=Home&product=MUG");
  navigation.close();
  expect(navigation.overlay.value.type).toBe("none");
  page.catchUp();
  expect(page.location.search).toBe("?category=Home");
  page.go(1);
  expect(navigation.overlay.value).toEqual(mug);
});

test("a product that was opened by its address is closed where it is", () => {
  const { page, navigation } = openPage(`${SHOP}?category=Home&product=MUG`);
  expect(navigation.overlay.value).toEqual(mug);
  navigation.open({ type: "cart" });
  navigation.close();
  page.catchUp();
  expect(page.entries.map(({ href }) => href)).toEqual([`${SHOP}?category=Home`]);
});

test("what is opened while the browser is still going back stays open, and is closed with one more Back", () => {
  const { page, navigation } = openPage();
  navigation.open(mug);
  navigation.close();
  navigation.open({ type: "cart" });
  page.catchUp();
  expect(navigation.overlay.value.type).toBe("cart");
  page.go(-1);
  expect(navigation.overlay.value.type).toBe("none");
  expect(page.location.href).toBe(SHOP);
});

test("what is opened and closed while the browser is still going back does not leave the shop", () => {
  const { page, navigation } = openPage();
  navigation.open(mug);
  navigation.close();
  navigation.open(mug);
  navigation.close();
  page.catchUp();
  expect(navigation.overlay.value.type).toBe("none");
  expect(page.location.href).toBe(SHOP);
});

test("categories, pages and the beginning of a search are entries, and letters are not", () => {
  const { page, navigation } = openPage();
  navigation.look(home);
  navigation.look({ ...home, page: 1 });
  for (const words of ["m", "mu", "mug"]) navigation.look({ ...home, words });
  expect(page.entries.map(({ href }) => new URL(href).search)).toEqual([
    "",
    "?category=Home",
    "?category=Home&page=2",
    "?q=mug&category=Home",
  ]);
  page.go(-1);
  expect(navigation.browse.value).toEqual({ ...home, page: 1 });
});

test("who goes back is where they were in the list, once and only where the list is another one", () => {
  const { page, navigation } = openPage();
  page.scrollY = 700;
  navigation.look(home);
  page.scrollY = 300;
  navigation.open(mug);
  page.scrollY = 50;
  page.go(-1);
  navigation.restoreScroll();
  expect(page.scrollY).toBe(50);
  page.go(-1);
  navigation.restoreScroll();
  expect(page.scrollY).toBe(700);
  page.scrollY = 20;
  navigation.restoreScroll();
  expect(page.scrollY).toBe(20);
});

test("a browser that refuses is not believed about where the shopper is, and is not gone back in", () => {
  const { page, navigation } = openPage();
  page.isRefusing = true;
  navigation.look(home);
  navigation.open(mug);
  navigation.close();
  page.catchUp();
  page.dispatchEvent(new Event("hashchange"));
  expect(navigation.overlay.value.type).toBe("none");
  expect(navigation.browse.value).toEqual(home);
});
