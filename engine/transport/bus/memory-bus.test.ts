import { eventLoopClock } from "../../testing/event-loop-clock.ts";
import { busConformance } from "./conformance/bus-conformance.ts";
import { MemoryBusServer } from "./memory-bus.ts";

busConformance("in memory", () => {
  const server = new MemoryBusServer(eventLoopClock);
  return Promise.resolve({
    open: () => server.connect(),
    stop: () => Promise.resolve(server.stop()),
    start: () => Promise.resolve(server.start()),
    close: () => Promise.resolve(),
  });
});
