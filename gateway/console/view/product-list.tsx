import type { JSX } from "preact";
import type { ConsoleNow, ConsoleProduct, StockPoint } from "../../protocol/console-line.ts";
import type { Act } from "../model/act.ts";
import { numberText, timeText } from "../model/numbers.ts";
import { stockText } from "../model/sold-out.ts";
import { stockLagText } from "../model/stock-lag.ts";
import { SectionHead } from "./section-head.tsx";
import { TimeChart } from "./time-chart.tsx";

/** Products that sell, are held, are paused, or are on sale. */
export function ProductList({
  now,
  stock,
  begin,
}: {
  readonly now: ConsoleNow;
  readonly stock: Readonly<Record<string, readonly StockPoint[]>>;
  readonly begin: (act: Act) => void;
}): JSX.Element {
  const { products, traffic, atMs } = now;
  const lag = stockLagText(traffic.readModelLagSegments);
  return (
    <section aria-labelledby="products">
      <SectionHead id="products" title="Products" known={products}>
        <div class="acts">
          <button type="button" onClick={() => begin({ type: "selling", action: "pause", choice: null })}>
            Pause selling…
          </button>
          <button type="button" onClick={() => begin({ type: "selling", action: "resume", choice: null })}>
            Resume selling…
          </button>
        </div>
      </SectionHead>
      {lag !== "" && <p class={traffic.readModelLagSegments === null ? "missing" : "fine"}>{lag}</p>}
      {products.value?.length === 0 && (
        <p class="fine">Nothing is on sale, held, paused, or was ordered lately.</p>
      )}
      <ul class="products">
        {(products.value ?? []).map((product) => (
          <Product
            key={product.sku}
            product={product}
            points={stock[product.sku] ?? []}
            atMs={atMs}
            begin={begin}
          />
        ))}
      </ul>
    </section>
  );
}

function Product({
  product,
  points,
  atMs,
  begin,
}: {
  readonly product: ConsoleProduct;
  readonly points: readonly StockPoint[];
  readonly atMs: number;
  readonly begin: (act: Act) => void;
}): JSX.Element {
  const { sku, title, available, held, sold, sale, pause } = product;
  const all = Math.max(1, available + held + sold);
  return (
    <li class="panel product">
      <h3>
        {title} <code>{sku}</code>
      </h3>
      {sale !== null && <p class="fine">{saleText(sale, atMs)}</p>}
      {pause !== null && (
        <p class="paused">
          <b>Paused</b> since {momentText(pause.sinceMs, atMs)}: {pause.reason}
        </p>
      )}
      <svg class="stock-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect class="stock-left" x="0" y="0" width={(available / all) * 100} height="6" />
        <rect class="stock-held" x={(available / all) * 100} y="0" width={(held / all) * 100} height="6" />
      </svg>
      <dl class="stock">
        <div>
          <dt class="key key-left">left</dt>
          <dd data-figure="left">{numberText(available)}</dd>
        </div>
        <div>
          <dt class="key key-held">in carts</dt>
          <dd>{numberText(held)}</dd>
        </div>
        <div>
          <dt>sold</dt>
          <dd>{numberText(sold)}</dd>
        </div>
      </dl>
      <TimeChart
        label={`Units of ${title} left over the last minutes; now ${numberText(available)}`}
        series={[{ name: sku, points: points.map((each) => ({ atMs: each.atMs, value: each.available })) }]}
        text={numberText}
        toMs={atMs}
      />
      {pause === null && <p class="estimate">{stockText(points)}</p>}
      <div class="acts">
        <button
          type="button"
          aria-label={`${pause === null ? "Pause" : "Resume"} selling ${title}`}
          onClick={() =>
            begin({
              type: "selling",
              action: pause === null ? "pause" : "resume",
              choice: { type: "skus", skus: [sku] },
            })
          }
        >
          {pause === null ? "Pause…" : "Resume…"}
        </button>
      </div>
    </li>
  );
}

function saleText(sale: NonNullable<ConsoleProduct["sale"]>, atMs: number): string {
  if (atMs < sale.startsAtMs) return `${sale.title}: begins ${momentText(sale.startsAtMs, atMs)}`;
  if (atMs >= sale.endsAtMs) return `${sale.title}: over`;
  return `${sale.title}: on sale until ${momentText(sale.endsAtMs, atMs)}`;
}

/** The time of day; the day as well when it is another one. */
function momentText(momentMs: number, nowMs: number): string {
  const [moment, now] = [new Date(momentMs), new Date(nowMs)];
  return moment.toDateString() === now.toDateString()
    ? timeText(momentMs)
    : `${moment.toLocaleDateString()} ${timeText(momentMs)}`;
}
