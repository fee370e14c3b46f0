import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { ConsoleCluster, Known } from "../../protocol/console-line.ts";
import { loadStep, shardGroups, shardText, type NumberedShard } from "../model/shard-groups.ts";
import { SectionHead } from "./section-head.tsx";

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Every shard as a square, by the lane that has it. One of them is in the tab order; arrows go to the others. */
export function ShardMap({ cluster }: { readonly cluster: Known<ConsoleCluster> }): JSX.Element {
  const shards = cluster.value?.shards ?? [];
  const groups = shardGroups(shards);
  const [chosen, choose] = useState(0);
  const map = useRef<HTMLDivElement>(null);
  const inOrder = groups.flatMap((group) => group.shards);
  const found = inOrder.find(({ shard }) => shard === chosen);
  const moving = shards.filter(({ move }) => move !== null).length;
  const go = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = inOrder[inOrder.findIndex(({ shard }) => shard === chosen) + step];
    if (next === undefined) return;
    choose(next.shard);
    map.current?.querySelector<HTMLElement>(`[data-shard="${next.shard}"]`)?.focus();
  };
  return (
    <section aria-labelledby="shards">
      <SectionHead id="shards" title="Shards" known={cluster} />
      <p class="fine legend">
        <span>
          <span class="shard shard-key shard-pinned">P</span> pinned
        </span>
        <span>
          <span class="shard shard-key shard-moving">»</span> moving
        </span>
        <span>darker: busier</span>
        <span role="status">{moving === 0 ? "None moves." : `${moving} of ${shards.length} move.`}</span>
      </p>
      <div class="shard-map" ref={map} onKeyDown={go}>
        {groups.map(({ name, shards: squares }) => (
          <div key={name} class="shard-group" role="group" aria-label={`${name}, ${squares.length} shards`}>
            <h3>
              {name} <span class="fine">{squares.length}</span>
            </h3>
            <div class="squares">
              {squares.map((each) => (
                <Square
                  key={each.shard}
                  shard={each}
                  isChosen={each === (found ?? inOrder[0])}
                  choose={choose}
                />
              ))}
            </div>
          </div>
        ))}
      </div>
      <p class="shard-text">{found !== undefined && shardText(found)}</p>
    </section>
  );
}

function Square({
  shard,
  isChosen,
  choose,
}: {
  readonly shard: NumberedShard;
  readonly isChosen: boolean;
  readonly choose: (shard: number) => void;
}): JSX.Element {
  const text = shardText(shard);
  const marks = `${shard.pinned ? " shard-pinned" : ""}${shard.move === null ? "" : " shard-moving"}`;
  return (
    <button
      type="button"
      class={`shard shard-load-${loadStep(shard)}${marks}`}
      data-shard={shard.shard}
      tabIndex={isChosen ? 0 : -1}
      aria-label={text}
      title={text}
      onFocus={() => choose(shard.shard)}
      onClick={() => choose(shard.shard)}
    >
      {markOf(shard)}
    </button>
  );
}

function markOf({ pinned, move }: NumberedShard): string {
  if (move !== null) return "»";
  return pinned ? "P" : "";
}
