import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "../../persistence/testing/silent-log.ts";
import { LocalCluster } from "./local-cluster.ts";

let dataDirectory: string;
let taken: Bun.TCPSocketListener;

beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), "stampede-local-cluster-"));
  taken = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
});

afterEach(() => {
  taken.stop(true);
  rmSync(dataDirectory, { recursive: true });
});

test("a port in use is told with the option from which it was counted, whichever listener wants it", async () => {
  const { port } = taken;
  for (const first of [port, port - 1]) {
    const options = {
      nodes: 1,
      lanes: 1,
      gateways: 1,
      port: first,
      dataDirectory,
      fresh: false,
      help: false,
    };
    const cluster = new LocalCluster(options, silentLog, () => undefined);
    // The port below may be another program's: that is told in the same way.
    await expect(cluster.open()).rejects.toThrow(
      /^--port: cannot listen on 127\.0\.0\.1:\d+: the port is in use$/,
    );
    await cluster.close();
  }
});
