/** @jsxImportSource preact */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Shop } from "../state/shop.ts";
import { CartDrawer } from "./cart-drawer.tsx";
import { Header } from "./header.tsx";
import { LivenessBanner } from "./liveness.tsx";
import { NoticeList } from "./notice-list.tsx";
import { PartPlace } from "./part-place.tsx";
import { openParts, PartsContext, useParts, wantAtRest } from "./parts.ts";
import { ProductDialog } from "./product-dialog.tsx";
import { ShopContext } from "./shop-context.ts";
import { ShopFront } from "./shop-front.tsx";

/** The whole page. */
export function Page({ shop }: { readonly shop: Shop }): JSX.Element {
  const parts = useMemo(() => openParts(shop), [shop]);
  useEffect(() => wantAtRest(shop, parts), [shop, parts]);
  const orderId = shop.navigation.orderId.value;
  const shownBefore = useRef(orderId);
  useEffect(() => {
    if (shownBefore.current !== orderId) keepFocus();
    shownBefore.current = orderId;
  }, [orderId]);
  return (
    <ShopContext.Provider value={shop}>
      <PartsContext.Provider value={parts}>
        <a class="skip" href="#main" onClick={skipToMain}>
          {orderId === null ? "Skip to the products" : "Skip to the order"}
        </a>
        <div class="top">
          <LivenessBanner />
          <Header />
          <QueuesPlace />
        </div>
        {/* Before what it lies over, where it is read without scripts, and before the cart: it gives the focus back before that takes it. */}
        <ProductDialog />
        <main id="main" tabIndex={-1}>
          {orderId === null ? <ShopFront /> : <OrderPlace key={orderId} orderId={orderId} />}
        </main>
        <footer class="footer">
          <p>
            <strong>{shop.name}</strong> holds stock the moment you add it, and tells everyone else at once.
          </p>
          <p>A test shop: no money moves and nothing is shipped.</p>
        </footer>
        <CartDrawer />
        <NoticeList place="none" />
      </PartsContext.Provider>
    </ShopContext.Provider>
  );
}

/** Where it is told how far the queues have come in which the shopper has a place. */
function QueuesPlace(): JSX.Element | null {
  const { waitingRoom } = useParts();
  const state = waitingRoom.state.value;
  return state.type === "here" ? <state.content.QueueBar /> : null;
}

function OrderPlace({ orderId }: { readonly orderId: string }): JSX.Element {
  const { buying } = useParts();
  return (
    <PartPlace part={buying} coming="Looking for the order…" subjectId="main">
      {({ OrderPage }) => <OrderPage orderId={orderId} />}
    </PartPlace>
  );
}

/** Whatever had the focus may have gone with what was shown before: those who listen would have to begin at the top. */
function keepFocus(): void {
  if (document.activeElement === document.body) document.getElementById("main")?.focus();
}

/** Moves the focus only: the page's address tells where the shopper is, and that stays. */
function skipToMain(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
