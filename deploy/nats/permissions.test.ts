import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import type { Bus } from "../../engine/ports/bus.ts";
import { eventually } from "../../engine/testing/eventually.ts";
import type { BusRole } from "../../engine/transport/bus/cluster-topics.ts";
import { NatsServer } from "../../engine/transport/nats/nats-server.ts";
import { SecuredNats } from "./testing/secured-nats.ts";

let nats: SecuredNats;

beforeAll(async () => {
  nats = await SecuredNats.start();
});
afterEach(() => nats.leave());
afterAll(() => nats.stop());

// Everything that is said in a cluster, with who may say it and who may hear it.
const GATEWAY_INBOX = "stampede.shop.gateway.node-b.0";
const LANE_INBOX = "stampede.shop.lane.node-b.2";
const OWNER_INBOX = "stampede.shop.owner.node-b.2";
const SUPERVISOR_INBOX = "stampede.shop.supervisor.node-b.0";
const CONTROL = "stampede.shop.control.node-b";
const RELAY = "stampede.shop.control.node-b.2";
const COORDINATOR = "stampede.shop.coordinator";
const PLACEMENT = "stampede.shop.placement";
const HEARTBEAT = "stampede.shop.heartbeat.node-b";
const FIGURES = "stampede.shop.figures.node-b";
const REPLIES: Readonly<Record<BusRole, string>> = {
  node: "stampede.shop.reply.node.x",
  gateway: "stampede.shop.reply.gateway.x",
  operator: "stampede.shop.reply.operator.x",
};
const ELSEWHERE = ["other.shop.lane.node-b.2", "_INBOX.x.y", "$SYS.REQ.SERVER.PING"];
const TOPICS = [
  GATEWAY_INBOX,
  LANE_INBOX,
  OWNER_INBOX,
  SUPERVISOR_INBOX,
  CONTROL,
  RELAY,
  COORDINATOR,
  PLACEMENT,
  HEARTBEAT,
  FIGURES,
  ...Object.values(REPLIES),
];

const MAY_SAY: Readonly<Record<BusRole, readonly string[]>> = {
  node: TOPICS,
  gateway: [LANE_INBOX],
  operator: [COORDINATOR],
};
const MAY_HEAR: Readonly<Record<BusRole, readonly string[]>> = {
  node: TOPICS,
  gateway: [GATEWAY_INBOX, PLACEMENT, REPLIES.gateway],
  operator: [PLACEMENT, HEARTBEAT, REPLIES.operator],
};
const ROLES = ["node", "gateway", "operator"] as const;

/** Writes down what comes under any of the cluster's topics. */
function overhear(bus: Bus): string[] {
  const heard: string[] = [];
  for (const topic of TOPICS) bus.subscribe(topic, (_, of) => heard.push(of));
  return heard;
}

test("these are the topics that the program uses", () => {
  const { topics } = nats;
  const [gateway, lane, other] = ["node-b/gateway-0", "node-b/lane-2", "node-a/lane-0"];
  expect([topics.inbox(gateway, other), topics.inbox(lane, gateway)]).toEqual([GATEWAY_INBOX, LANE_INBOX]);
  expect([topics.inbox(lane, other), topics.inbox("node-b/supervisor-0", other)]).toEqual([
    OWNER_INBOX,
    SUPERVISOR_INBOX,
  ]);
  expect([topics.inboxes(gateway), topics.inboxes(lane)]).toEqual([
    [GATEWAY_INBOX],
    [LANE_INBOX, OWNER_INBOX],
  ]);
  expect([topics.control("node-b"), topics.relay("node-b", 2)]).toEqual([CONTROL, RELAY]);
  expect([topics.coordinator, topics.placement, topics.heartbeat("node-b")]).toEqual([
    COORDINATOR,
    PLACEMENT,
    HEARTBEAT,
  ]);
  expect(topics.figures("node-b")).toBe(FIGURES);
  for (const role of ROLES) expect(REPLIES[role].startsWith(`${topics.replies(role)}.`)).toBe(true);
});

test.each(ROLES)("as %s, one says what one may and nothing else", async (role) => {
  const listener = nats.enter("node").bus;
  const heard = overhear(listener);
  const { bus, log } = nats.enter(role);
  await eventually("both are connected", () => listener.hasRoom && bus.hasRoom);
  for (const topic of [...TOPICS, ...ELSEWHERE]) bus.publish(topic, "said");
  const denied = [...TOPICS, ...ELSEWHERE].filter((topic) => !MAY_SAY[role].includes(topic));
  await eventually("every denial is told", () => log.errors.length === denied.length);
  // Denied and allowed ones come in one order, and the last of all is denied: so all that may come is there.
  await eventually("the rest has come", () => heard.length >= MAY_SAY[role].length);
  expect(heard.toSorted()).toEqual([...MAY_SAY[role]].toSorted());
});

test.each(ROLES)("as %s, one hears what one may and nothing else", async (role) => {
  const { bus, log } = nats.enter(role);
  const heard = overhear(bus);
  const speaker = nats.enter("node").bus;
  await eventually("both are connected", () => speaker.hasRoom && bus.hasRoom);
  const denied = TOPICS.filter((topic) => !MAY_HEAR[role].includes(topic));
  await eventually("every denial is told", () => log.errors.length === denied.length);
  for (const topic of [...TOPICS, PLACEMENT]) speaker.publish(topic, "said");
  await eventually("the last one has come", () => heard.filter((topic) => topic === PLACEMENT).length === 2);
  expect([...new Set(heard)].toSorted()).toEqual([...MAY_HEAR[role]].toSorted());
});

test("operators' requests are answered; a gateway's are not even asked, and nobody but a node orders nodes", async () => {
  const node = nats.enter("node").bus;
  const asked: string[] = [];
  for (const topic of [CONTROL, COORDINATOR]) {
    node.answer(topic, (what) => {
      asked.push(what);
      return Promise.resolve("done");
    });
  }
  const operator = nats.enter("operator").bus;
  const gateway = nats.enter("gateway").bus;
  await eventually("all are connected", () => node.hasRoom && operator.hasRoom && gateway.hasRoom);
  expect(await operator.request(COORDINATOR, "drain", 10_000)).toBe("done");
  for (const [bus, topic] of [
    [operator, CONTROL],
    [gateway, CONTROL],
    [gateway, COORDINATOR],
  ] as const) {
    const refused = await bus.request(topic, "denied", 10_000).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Error);
  }
  expect(asked).toEqual(["drain"]);
});

test("a wrong password is told, but not which, and whoever was let in before stays", async () => {
  const node = nats.enter("node").bus;
  await eventually("the node is connected", () => node.hasRoom);
  const { bus, log } = nats.enter("node", { password: "canary-password" });
  await eventually("it is told", () => log.warnings.length === 1);
  expect(log.warnings[0]).toContain("it does not let this user in (NATS_USER and NATS_PASSWORD");
  expect(JSON.stringify(log)).not.toContain("canary");
  expect([bus.state, node.state]).toEqual(["away", "connected"]);
});

test("a server that no trusted authority vouches for is not entered", async () => {
  const { bus, log } = nats.enter("node", { authorityFile: nats.certificates.strangerFile });
  await eventually("it is told", () => log.warnings.length === 1);
  expect(log.warnings[0]).toMatch(/its certificate is not trusted here: \w+ \(NATS_CA\)/);
  expect(bus.state).toBe("away");
});

test("nor is one whose certificate was made for another name", async () => {
  const { bus, log } = nats.enter("node", { servers: [`127.0.0.1:${nats.server.port}`] });
  await eventually("it is told", () => log.warnings.length === 1);
  expect(log.warnings[0]).toMatch(/its certificate is not trusted here: \w+ \(NATS_CA\)/);
  expect(bus.state).toBe("away");
});

test.each(["authorityFile", "credentialsFile"] as const)("a missing %s is named", async (option) => {
  const { log } = nats.enter("node", { [option]: "/nowhere/file" });
  await eventually("it is told", () => log.warnings.length === 1);
  expect(log.warnings[0]).toMatch(/NATS_(CA|CREDS) names a file that cannot be read: \/nowhere\/file/);
});

test("nats:// does not get past the encryption, and tls:// insists on it", async () => {
  const options = { isEncrypted: false } as const;
  const trusting = nats.enter("node", options).bus;
  await eventually("who knows the authority is let in, encrypted", () => trusting.hasRoom);
  const plain = await NatsServer.start();
  try {
    const { bus, log } = nats.enter("node", { servers: [`localhost:${plain.port}`] });
    await eventually("it is told", () => log.warnings.length === 1);
    expect(log.warnings[0]).toContain(
      "it does not offer encryption (NATS_URL says tls://, or NATS_CA is set)",
    );
    expect(bus.state).toBe("away");
  } finally {
    await plain.stop();
  }
});
