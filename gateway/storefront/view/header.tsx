/** @jsxImportSource preact */
import type { JSX } from "preact";
import { Icon } from "./icons.tsx";
import { LiveMark } from "./liveness.tsx";
import { SearchBox } from "./search-box.tsx";
import { useShop } from "./shop-context.ts";

/** The bar at the top: name, search, whether the page is live, and the way to the cart. */
export function Header(): JSX.Element {
  const { name } = useShop();
  return (
    <header class="header">
      <a class="brand" href="/#page">
        <span class="brand-mark">
          <Icon name="logo" />
        </span>
        <span class="brand-name">{name}</span>
      </a>
      <SearchBox />
      <LiveMark />
      <CartButton />
    </header>
  );
}

function CartButton(): JSX.Element {
  const { cart, navigation } = useShop();
  const units = cart.units();
  const label = units === 1 ? "Cart, 1 item" : `Cart, ${units} items`;
  return (
    <button
      type="button"
      class="cart-button scripted"
      aria-label={label}
      aria-haspopup="dialog"
      onClick={() => navigation.open({ type: "cart" })}
    >
      <Icon name="bag" />
      <span class="cart-word">Cart</span>
      <span class="cart-count" data-empty={units === 0}>
        {units}
      </span>
    </button>
  );
}
