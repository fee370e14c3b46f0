import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Overlay } from "../state/navigation.ts";
import { Icon } from "./icons.tsx";
import { useShop } from "./shop-context.ts";

/** What each place is about: where the focus goes when the button that had it is gone. */
const SUBJECT = { none: "main", cart: "cart-title", product: "product-title" } as const satisfies Record<
  Overlay["type"],
  string
>;

/**
 * What the shopper should know: refusals to see, milestones to hear. Told where the shopper is, since a dialog covers the
 * page and keeps screen readers from hearing it.
 */
export function NoticeList({ place }: { readonly place: Overlay["type"] }): JSX.Element {
  const { notices, navigation } = useShop();
  const isHere = navigation.overlay.value.type === place;
  const shown = isHere ? notices.shown.value : [];
  useEffect(() => notices.hush(), [notices, isHere]);
  return (
    <>
      <div class={`notices notices-${place}`} role="alert">
        {shown.map(({ id, text }) => (
          <div key={id} class="notice notice-bad">
            <span>{text}</span>
            <button
              type="button"
              class="icon-button"
              aria-label="Dismiss"
              onClick={() => {
                notices.dismiss(id);
                document.getElementById(SUBJECT[place])?.focus({ preventScroll: true });
              }}
            >
              <Icon name="close" />
            </button>
          </div>
        ))}
      </div>
      <p class="unseen" role="status">
        {isHere && notices.said.value}
      </p>
    </>
  );
}
