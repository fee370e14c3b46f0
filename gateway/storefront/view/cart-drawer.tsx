/** @jsxImportSource preact */
import type { JSX } from "preact";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icons.tsx";
import { LivenessBanner } from "./liveness.tsx";
import { NoticeList } from "./notice-list.tsx";
import { PartPlace } from "./part-place.tsx";
import { useParts } from "./parts.ts";
import { useShop } from "./shop-context.ts";

/** Where the cart is: it opens at once, whether what is in it is there already or comes with its part. */
export function CartDrawer(): JSX.Element {
  const { navigation } = useShop();
  return (
    <Dialog
      class="drawer"
      titleId="cart-title"
      isOpen={navigation.overlay.value.type === "cart"}
      onClose={() => navigation.overlay.peek().type === "cart" && navigation.close()}
    >
      <OpenDrawer />
    </Dialog>
  );
}

function OpenDrawer(): JSX.Element {
  const { cart, navigation } = useShop();
  const { buying } = useParts();
  const units = cart.units();
  return (
    <>
      <header class="drawer-head">
        <h2 id="cart-title" tabIndex={-1}>
          Your cart {units > 0 && <span class="drawer-count">{units}</span>}
        </h2>
        <button
          type="button"
          class="icon-button"
          aria-label="Close the cart"
          onClick={() => navigation.close()}
        >
          <Icon name="close" />
        </button>
      </header>
      <LivenessBanner />
      <NoticeList place="cart" />
      <PartPlace part={buying} coming="Opening your cart…" subjectId="cart-title">
        {({ CartContents }) => <CartContents />}
      </PartPlace>
    </>
  );
}
