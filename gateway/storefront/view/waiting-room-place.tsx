/** @jsxImportSource preact */
import type { JSX } from "preact";
import { PartPlace } from "./part-place.tsx";
import { useParts } from "./parts.ts";
import type { LiveProduct } from "./use-product.ts";

/** Where those wait who want a product of a sale with a waiting room. */
export function WaitingRoomPlace({ product }: { readonly product: LiveProduct }): JSX.Element {
  const { waitingRoom } = useParts();
  return (
    <section class="queue" aria-label="Waiting room">
      <p class="still">
        This sale has a waiting room, which needs JavaScript: please switch it on for this page.
      </p>
      <div class="scripted">
        <PartPlace part={waitingRoom} coming="This sale has a waiting room…" subjectId="product-title">
          {({ QueuePanel }) => <QueuePanel product={product} />}
        </PartPlace>
      </div>
    </section>
  );
}
