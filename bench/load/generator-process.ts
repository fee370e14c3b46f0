import type { FromGenerator, ToGenerator } from "./generator-messages.ts";
import { LoadCrowd } from "./load-crowd.ts";

// A process of its own: what it costs to be a crowd shows as its CPU time, and several of them share the work.
let crowd: LoadCrowd | undefined;

process.on("message", (order: ToGenerator) => follow(order));
// Whoever started it is gone, or has heard everything.
process.on("disconnect", () => process.exit(0));
// Ctrl-C goes to all processes of a terminal; whoever started this one decides how the run ends.
process.on("SIGINT", () => undefined);
process.on("uncaughtException", (error) => tell({ kind: "failed", reason: String(error) }));

function follow(order: ToGenerator): void {
  switch (order.kind) {
    case "task": {
      const opened = new LoadCrowd(order.task, tell);
      crowd = opened;
      opened.open().then(
        () => tell({ kind: "ready" }),
        (error: unknown) =>
          tell({ kind: "failed", reason: error instanceof Error ? error.message : String(error) }),
      );
      return;
    }
    case "start":
      return crowd?.begin(performance.now() + order.atMs - Date.now());
    case "stop":
      return crowd?.stop();
  }
}

function tell(told: FromGenerator): void {
  process.send?.(told);
}
