import { shopDeciders } from "../../actors/shop.ts";
import { StoredDays } from "../../actors/testing/stored-shapes.ts";
import type { Commands } from "../../actors/testing/test-shop.ts";
import { busFrameGolden } from "../../engine/testing/bus-frame-samples.ts";
import { clusterMessageGolden } from "../../engine/testing/cluster-message-samples.ts";
import { frameGolden } from "../../engine/testing/frame-samples.ts";
import { WIRE_REVISION, wireShapes } from "../../gateway/protocol/testing/wire-shapes.ts";
import { sampleToken } from "../../gateway/auth/testing/session-sample.ts";
import { sampleTicket } from "../../gateway/auth/testing/ticket-sample.ts";
import { WEBHOOK_REVISION, webhookSamples } from "../../gateway/webhooks/testing/event-samples.ts";
import { SUBPROTOCOL } from "../../gateway/protocol/messages.ts";
import { storedFixtures } from "../../persistence/testing/stored-fixtures.ts";
import { figuresGolden } from "../console/testing/figures-sample.ts";
import type { Golden } from "./golden.ts";

/** Version of the rows of the read models. Raised with a migration that empties them, so that they are built again. */
export const ROWS_VERSION = 3;

/** Every golden file of this release's versions. */
export function goldens(): readonly Golden[] {
  return [...kindGoldens(), ...storedGoldens(), ...sentGoldens()];
}

function kindGoldens(): readonly Golden[] {
  let days: StoredDays | undefined;
  const lived = (): StoredDays => (days ??= new StoredDays());
  const ofKinds = shopDeciders.flatMap(({ kind, version }): readonly Golden[] => {
    const name = kind as keyof Commands;
    const remedy =
      `Raise the version of ${kind} in actors/${kind}/${kind}.ts to ${version + 1}, give it an upcaster from ${version}, ` +
      `and add an empty migration "NNNN-${kind}-${version + 1}.sql".`;
    const file = `actors/golden/${kind}-${version}`;
    return [
      { file: `${file}.shapes.json`, remedy, compared: true, produce: () => lived().shapes(name) },
      { file: `${file}.json`, remedy, compared: false, produce: () => lived().histories(name) },
      { file: `${file}.messages.json`, remedy, compared: false, produce: () => lived().messages(name) },
    ];
  });
  const rows: Golden = {
    file: `actors/golden/rows-${ROWS_VERSION}.json`,
    remedy:
      `Raise ROWS_VERSION in deploy/golden/goldens.ts to ${ROWS_VERSION + 1}, and add a migration ` +
      `"NNNN-rows-${ROWS_VERSION + 1}.sql" that changes the tables and empties them and projected_position.`,
    compared: true,
    produce: () => lived().rows(),
  };
  return [...ofKinds, rows];
}

function storedGoldens(): readonly Golden[] {
  return storedFixtures().map(({ name, format, bytes, exact }) => ({
    file: `persistence/codec/fixtures/${name}-${format}.hex`,
    remedy: `Give the bytes of a ${name} a new format number in persistence/codec, and keep reading format ${format}.`,
    compared: exact,
    produce: () => Buffer.from(bytes).toString("hex"),
  }));
}

function sentGoldens(): readonly Golden[] {
  const { version, text } = frameGolden();
  const bus = busFrameGolden();
  const cluster = clusterMessageGolden();
  const figures = figuresGolden();
  return [
    {
      file: `engine/transport/golden/frame-${version}.json`,
      remedy: "Raise FRAME_VERSION in engine/transport/frame.ts.",
      compared: true,
      produce: () => JSON.parse(text) as unknown,
    },
    {
      file: `engine/transport/golden/bus-frame-${bus.version}.json`,
      remedy:
        "Raise BUS_FRAME_VERSION in engine/transport/bus/bus-frame.ts when the head has changed; when its items have, the " +
        "frame's own version says so.",
      compared: true,
      produce: () => bus.texts,
    },
    {
      file: `engine/shards/golden/cluster-message-${cluster.version}.json`,
      remedy: "Raise CLUSTER_MESSAGE_VERSION in engine/shards/cluster-message.ts.",
      compared: true,
      produce: () => cluster.message,
    },
    {
      file: `deploy/console/golden/node-figures-${figures.version}.json`,
      remedy: "Raise FIGURES_VERSION in deploy/console/node-figures.ts.",
      compared: true,
      produce: () => figures.message,
    },
    {
      file: `gateway/protocol/golden/${SUBPROTOCOL.replace(/\.json$/, "")}-${WIRE_REVISION}.json`,
      remedy:
        `Raise WIRE_REVISION in gateway/protocol/testing/wire-shapes.ts to ${WIRE_REVISION + 1} when clients of today ` +
        "can live with the change, else make a new SUBPROTOCOL.",
      compared: true,
      produce: wireShapes,
    },
    {
      file: `gateway/webhooks/golden/webhooks-${WEBHOOK_REVISION}.json`,
      remedy:
        `Raise WEBHOOK_REVISION in gateway/webhooks/testing/event-samples.ts to ${WEBHOOK_REVISION + 1} when receivers of today ` +
        "can live with the change, which are more fields and more events; else raise the version of the event in shop-event.ts, too.",
      compared: true,
      produce: webhookSamples,
    },
    {
      file: "gateway/auth/golden/session-1.txt",
      remedy:
        "Give the token another typ in gateway/auth/session-token.ts, accept the old one for as long as sessions live, and " +
        "name the new file in deploy/golden/goldens.ts.",
      compared: true,
      produce: sampleToken,
    },
    {
      file: "gateway/auth/golden/queue-ticket-1.txt",
      remedy:
        "Give the ticket another prefix in gateway/auth/queue-tickets.ts, accept the old one for as long as sales last, and name " +
        "the new file in deploy/golden/goldens.ts.",
      compared: true,
      produce: sampleTicket,
    },
  ];
}
