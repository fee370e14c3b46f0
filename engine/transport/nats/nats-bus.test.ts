import { CollectingLog } from "../../testing/collecting-log.ts";
import { eventLoopClock } from "../../testing/event-loop-clock.ts";
import { busConformance } from "../bus/conformance/bus-conformance.ts";
import { NatsBus } from "./nats-bus.ts";
import { parseNatsUrl } from "./nats-options.ts";
import { NatsServer } from "./nats-server.ts";

busConformance("over NATS", async () => {
  const server = await NatsServer.start();
  return {
    open: () =>
      new NatsBus({
        options: parseNatsUrl(server.url),
        name: "test",
        replyTopic: "stampede.test.reply",
        clock: eventLoopClock,
        log: new CollectingLog(),
      }),
    stop: () => server.kill(),
    start: () => server.start(),
    close: () => server.stop(),
  };
});
