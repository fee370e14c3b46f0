/** @jsxImportSource preact */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { shopLink } from "../model/catalogue-address.ts";
import type { Overlay } from "../state/navigation.ts";
import type { ShownNotice } from "../state/notices.ts";
import { Icon } from "./icons.tsx";
import { useShop } from "./shop-context.ts";
import { useKeptFocus } from "./use-kept-focus.ts";

/** What each place is about: where the focus goes when the notice that had it is gone. */
const SUBJECT = { none: "main", cart: "cart-title", product: "product-title" } as const satisfies Record<
  Overlay["type"],
  string
>;

/**
 * What the shopper should know: refusals to see, milestones to hear. Told where the shopper is, since a dialog covers the
 * page and keeps screen readers from hearing it; what was told elsewhere already is only shown.
 */
export function NoticeList({ place }: { readonly place: Overlay["type"] }): JSX.Element {
  const { notices, navigation, catalogue } = useShop();
  const overlay = navigation.overlay.value;
  const isHere = overlay.type === place;
  const shown = isHere ? notices.shown.value : [];
  const queueLink = (sku: string | undefined): string | undefined => {
    // At the product itself the way into its queue is in sight.
    const isThere = overlay.type === "product" && overlay.sku === sku;
    return sku === undefined || isThere ? undefined : shopLink(catalogue.state.value.browse, sku);
  };
  const row = ({ id, text, queueSku }: ShownNotice): JSX.Element => (
    <NoticeRow
      key={id}
      text={text}
      queueLink={queueLink(queueSku)}
      subjectId={SUBJECT[place]}
      onDismiss={() => notices.dismiss(id)}
    />
  );
  return (
    <>
      <div class={`notices notices-${place}`}>
        {shown.filter(({ isNews }) => !isNews).map(row)}
        {/* Of several, the one that is added is heard, not all of them again. */}
        <div class="notices-news" role="alert" aria-atomic="false" aria-relevant="additions">
          {shown.filter(({ isNews }) => isNews).map(row)}
        </div>
      </div>
      <p class="unseen" role="status">
        {isHere && notices.said.value}
      </p>
    </>
  );
}

function NoticeRow(props: {
  readonly text: string;
  readonly queueLink: string | undefined;
  readonly subjectId: string;
  readonly onDismiss: () => void;
}): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  useKeptFocus(element, props.subjectId);
  return (
    <div class="notice notice-bad" ref={element}>
      <span>{props.text}</span>
      {props.queueLink !== undefined && (
        <a class="button" href={props.queueLink} onClick={props.onDismiss}>
          Go to the queue
        </a>
      )}
      <button type="button" class="icon-button" aria-label="Dismiss" onClick={props.onDismiss}>
        <Icon name="close" />
      </button>
    </div>
  );
}
