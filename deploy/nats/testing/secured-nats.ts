import { readFileSync } from "node:fs";
import type { Bus } from "../../../engine/ports/bus.ts";
import { CollectingLog } from "../../../engine/testing/collecting-log.ts";
import { ClusterTopics, type BusRole } from "../../../engine/transport/bus/cluster-topics.ts";
import { NatsBus } from "../../../engine/transport/nats/nats-bus.ts";
import { parseNatsUrl, type NatsOptions } from "../../../engine/transport/nats/nats-options.ts";
import { NatsServer } from "../../../engine/transport/nats/nats-server.ts";
import { systemClock } from "../../system-clock.ts";
import { makeCertificates, type Certificates } from "./certificates.ts";

const CONFIGURATION = new URL("../nats-server.conf", import.meta.url);

/** A bus, and what it logs. */
export interface LoggedBus {
  readonly bus: Bus;
  readonly log: CollectingLog;
}

/** A real server with the configuration that this project recommends. */
export class SecuredNats {
  readonly server: NatsServer;
  readonly certificates: Certificates;
  readonly topics = new ClusterTopics("shop");
  readonly #passwords: Readonly<Record<BusRole, string>>;
  readonly #buses: Bus[] = [];

  private constructor(
    server: NatsServer,
    certificates: Certificates,
    passwords: Readonly<Record<BusRole, string>>,
  ) {
    this.server = server;
    this.certificates = certificates;
    this.#passwords = passwords;
  }

  static async start(): Promise<SecuredNats> {
    const certificates = makeCertificates();
    const passwords = { node: secret(), gateway: secret(), operator: secret() };
    const server = await NatsServer.start({
      configuration: readFileSync(CONFIGURATION, "utf8"),
      environment: {
        NATS_SERVER_CERT: certificates.serverFile,
        NATS_SERVER_KEY: certificates.serverKeyFile,
        NATS_NODE_PASSWORD: passwords.node,
        NATS_GATEWAY_PASSWORD: passwords.gateway,
        NATS_OPERATOR_PASSWORD: passwords.operator,
      },
    });
    return new SecuredNats(server, certificates, passwords);
  }

  /** What a process has to be given to enter as a role. */
  environment(role: BusRole): Readonly<Record<string, string>> {
    return {
      NATS_URL: `tls://localhost:${this.server.port}`,
      NATS_USER: role,
      NATS_PASSWORD: this.#passwords[role],
      NATS_CA: this.certificates.authorityFile,
    };
  }

  /** Enters as a role, or with other options. */
  enter(role: BusRole, options: Partial<NatsOptions> = {}): LoggedBus {
    const log = new CollectingLog();
    const bus = new NatsBus({
      options: {
        ...parseNatsUrl(`tls://localhost:${this.server.port}`),
        user: role,
        password: this.#passwords[role],
        authorityFile: this.certificates.authorityFile,
        ...options,
      },
      name: "test",
      replyTopic: this.topics.replies(role),
      clock: systemClock,
      log,
    });
    this.#buses.push(bus);
    return { bus, log };
  }

  /** Everybody leaves. */
  async leave(): Promise<void> {
    await Promise.all(this.#buses.splice(0).map((bus) => bus.close()));
  }

  async stop(): Promise<void> {
    await this.leave();
    await this.server.stop();
    this.certificates.remove();
  }
}

function secret(): string {
  return `p${crypto.randomUUID()}`;
}
