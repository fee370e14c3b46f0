/** @jsxImportSource preact */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { CatalogueEntryView } from "../../protocol/views.ts";
import { alternatives } from "../model/alternatives.ts";
import { shopLink } from "../model/catalogue-address.ts";
import { clockText } from "../model/countdown.ts";
import type { QueueSituation } from "../model/queue-situation.ts";
import { queueWords, supplyOf } from "../model/queue-words.ts";
import type { WaitingRoom } from "../state/waiting-room.ts";
import type { WaitingRooms } from "../state/waiting-rooms.ts";
import { Icon } from "./icons.tsx";
import { AddToCart } from "./product-parts.tsx";
import { useShop } from "./shop-context.ts";
import { useKeptFocus } from "./use-kept-focus.ts";
import type { LiveProduct } from "./use-product.ts";

const TITLE_ID = "queue-title";

/** The waiting room at a product: the way in, the shopper's place, and what can be done with it. */
export function QueuePanel(props: {
  readonly rooms: WaitingRooms;
  readonly product: LiveProduct;
}): JSX.Element {
  const { entry } = props.product;
  const sale = entry.sale?.id ?? "";
  const room = useMemo(() => props.rooms.of(sale), [props.rooms, sale]);
  useEffect(() => room.watch(), [room]);
  const situation = room.situation.value;
  const supply = supplyOf(entry);
  const { title, detail } = queueWords(situation, supply, room.step.value);
  return (
    <>
      <h3 id={TITLE_ID} class="queue-title" tabIndex={-1}>
        {title}
      </h3>
      <p class="queue-detail">{detail}</p>
      {/* Nobody shall wait for nothing: who has a place keeps it, and what comes back can be waited for again. */}
      {(supply !== "sold_out" || situation.type === "let_in") && (
        <Act room={room} product={props.product} situation={situation} />
      )}
      {supply === "sold_out" && <Alternatives gone={entry} />}
    </>
  );
}

/** What the shopper can do: join, buy, or wait. */
function Act(props: {
  readonly room: WaitingRoom;
  readonly product: LiveProduct;
  readonly situation: QueueSituation;
}): JSX.Element | null {
  const { room, product, situation } = props;
  switch (situation.type) {
    case "open":
      return <JoinButton key="join" room={room} product={product} text="Join the queue" />;
    case "passed":
      return <JoinButton key="again" room={room} product={product} text="Join again" />;
    case "let_in":
      return (
        <>
          <TimeLeft untilMs={situation.untilMs} />
          <AddToCart product={product} isLarge />
        </>
      );
    case "unknown":
    case "closed":
    case "opening":
    case "gathering":
    case "waiting":
    case "over":
      return null;
  }
}

function JoinButton(props: {
  readonly room: WaitingRoom;
  readonly product: LiveProduct;
  readonly text: string;
}): JSX.Element {
  const { room, product, text } = props;
  const element = useRef<HTMLButtonElement>(null);
  useKeptFocus(element, TITLE_ID);
  const isJoining = room.isJoining.value;
  return (
    <button
      type="button"
      class="button button-main button-large"
      ref={element}
      // Not `disabled`: the focus shall not be lost.
      aria-disabled={isJoining}
      onClick={() => void room.join(product.entry)}
    >
      {isJoining ? "Joining…" : text}
    </button>
  );
}

/** Counts down to the end of the shopper's turn. Read aloud on demand only: it changes every second. */
function TimeLeft({ untilMs }: { readonly untilMs: number }): JSX.Element {
  const { clock } = useShop();
  return (
    <p class="hold">
      <Icon name="clock" />
      <span role="timer" aria-live="off">
        Your turn ends in <b>{clockText(untilMs - clock.nowMs.value)}</b>
      </span>
    </p>
  );
}

/** What else there is. */
function Alternatives({ gone }: { readonly gone: CatalogueEntryView }): JSX.Element | null {
  const { catalogue, stock } = useShop();
  const products = catalogue.overview.value.map((listed) => stock.now(listed));
  const others = alternatives(products, gone);
  if (others.length === 0) return null;
  return (
    <nav class="queue-else" aria-labelledby="queue-else">
      <p id="queue-else">What else there is</p>
      <ul>
        {others.map(({ sku, title }) => (
          <li key={sku}>
            <a href={shopLink(catalogue.state.value.browse, sku)}>{title}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
