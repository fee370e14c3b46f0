import type { JSX } from "preact";
import type { Act } from "../model/act.ts";
import type { ActState } from "../state/act-state.ts";
import type { ConsoleState } from "../state/console-state.ts";
import { ActDialog } from "./act-dialog.tsx";
import { AlertList } from "./alert-list.tsx";
import { Header } from "./header.tsx";
import { LaneTable } from "./lane-table.tsx";
import { LinkBanner } from "./link-banner.tsx";
import { OperationList } from "./operation-list.tsx";
import { ProductList } from "./product-list.tsx";
import { ShardMap } from "./shard-map.tsx";
import { TokenForm } from "./token-form.tsx";
import { TrafficTiles } from "./traffic-tiles.tsx";

/** The whole page. */
export function Page({
  state,
  acts,
}: {
  readonly state: ConsoleState;
  readonly acts: ActState;
}): JSX.Element {
  const link = state.link.value;
  const now = state.now.value;
  const timeline = state.timeline.value;
  if (link.type === "locked")
    return <TokenForm isWrong={link.isWrong} unlock={(token) => state.unlock(token)} />;
  const begin = (act: Act): void => acts.begin(act);
  const lock = (): void => {
    acts.forget();
    state.lock();
  };
  return (
    <>
      <Header link={link} now={now} lock={lock} />
      <LinkBanner link={link} now={now} />
      {now !== null && (
        <main class={link.type === "live" ? "" : "stale"}>
          <AlertList alerts={now.alerts} atMs={now.atMs} isLive={link.type === "live"} />
          <TrafficTiles now={now} points={timeline.points} />
          <ProductList now={now} stock={timeline.stock} begin={begin} />
          <LaneTable now={now} begin={begin} />
          <div class="beside">
            <ShardMap cluster={now.cluster} />
            <OperationList operations={now.operations} begin={begin} />
          </div>
        </main>
      )}
      <ActDialog state={acts} operations={now?.operations.value ?? []} />
    </>
  );
}
