import { findServerProgram } from "../../programs/server-program.ts";

/**
 * Where nats-server is, or is fetched to.
 * @throws Error that says what to install.
 */
export function natsProgram(): Promise<string> {
  return findServerProgram({
    name: "nats-server",
    packages: ["nats-server"],
    installation: "apt-get install nats-server, brew install nats-server, or https://nats.io/download",
  });
}
