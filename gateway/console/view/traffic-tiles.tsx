import type { JSX } from "preact";
import type { ConsoleNow, ConsolePoint } from "../../protocol/console-line.ts";
import { durationText, numberText } from "../model/numbers.ts";
import { TimeChart } from "./time-chart.tsx";

/** What shoppers do, and how long they wait. */
export function TrafficTiles({
  now,
  points,
}: {
  readonly now: ConsoleNow;
  readonly points: readonly ConsolePoint[];
}): JSX.Element {
  const { traffic, point, atMs } = now;
  const line = (of: (point: ConsolePoint) => number | null) =>
    points.map((each) => ({ atMs: each.atMs, value: of(each) }));
  return (
    <section class="tiles" aria-label="Traffic">
      <article class="panel tile tile-wide">
        <h2>Orders per second</h2>
        <p class="figure" data-figure="orders">
          {numberText(traffic.ordersPerSecond)}
        </p>
        <TimeChart
          label={`Orders per second over the last minutes; now ${numberText(traffic.ordersPerSecond)}`}
          series={[{ name: "orders", points: line((each) => each.ordersPerSecond) }]}
          text={(value) => `${numberText(value)}/s`}
          toMs={atMs}
        />
      </article>
      <article class="panel tile tile-wide">
        <h2>Shoppers wait</h2>
        <p class="figures">
          <span class="key key-0">
            half of the commands <b>{durationText(point.p50Ms)}</b>
          </span>
          <span class="key key-1">
            99 of 100 <b>{durationText(point.p99Ms)}</b>
          </span>
        </p>
        <TimeChart
          label={`Latency of commands over the last minutes; now p50 ${durationText(point.p50Ms)}, p99 ${durationText(point.p99Ms)}`}
          series={[
            { name: "p50", points: line((each) => each.p50Ms) },
            { name: "p99", points: line((each) => each.p99Ms) },
          ]}
          text={durationText}
          toMs={atMs}
        />
      </article>
      <SmallTiles traffic={traffic} />
      {traffic.without.length > 0 && (
        <p class="missing">In these sums is not what {traffic.without.join(", ")} would tell.</p>
      )}
    </section>
  );
}

function SmallTiles({ traffic }: Pick<ConsoleNow, "traffic">): JSX.Element {
  return (
    <>
      <article class="panel tile">
        <h2>Commands per second</h2>
        <p class="figure">{numberText(traffic.commandsPerSecond)}</p>
        <p class={traffic.failedPerSecond > 0 ? "fault" : "fine"}>
          {traffic.failedPerSecond > 0 ? `${numberText(traffic.failedPerSecond)} fail` : "none fails"}
        </p>
      </article>
      <article class="panel tile">
        <h2>Open sockets</h2>
        <p class="figure" data-figure="sockets">
          {numberText(traffic.sockets)}
        </p>
        <p class="fine">
          {traffic.laggingSockets === 0 ? "none lags" : `${numberText(traffic.laggingSockets)} lag`}
        </p>
      </article>
      <article class="panel tile tile-list">
        <h2>Refused per second</h2>
        {traffic.refusals.length === 0 && <p class="fine">Nothing is refused.</p>}
        <ul class="pairs">
          {traffic.refusals.map(({ code, perSecond }) => (
            <li key={code}>
              <code>{code}</code> <b>{numberText(perSecond)}</b>
            </li>
          ))}
        </ul>
      </article>
    </>
  );
}
