/** What a thread of a node does: each of these has an inbox of its own. */
export type EndpointRole = "lane" | "gateway" | "supervisor";

/** A thread of a node, as other nodes know it. */
export interface Endpoint {
  readonly node: string;
  readonly role: EndpointRole;
  /** Counts the threads of one role within their node, from 0. */
  readonly number: number;
}

const ENDPOINT = /^(?<node>[a-z0-9][a-z0-9-]{0,62})\/(?<role>lane|gateway|supervisor)-(?<number>\d|[1-9]\d)$/;

/** Reads `node-b/lane-2`; undefined when it is malformed. */
export function parseEndpoint(name: string): Endpoint | undefined {
  const { node, role, number } = ENDPOINT.exec(name)?.groups ?? {};
  if (node === undefined) return undefined;
  return { node, role: role as EndpointRole, number: Number(number) };
}

/** The name of an endpoint, `node-b/lane-2`. */
export function formatEndpoint({ node, role, number }: Endpoint): string {
  return `${node}/${role}-${number}`;
}
