/** The message ports that connect the threads of one node, both ends of each by who holds them. */
export interface Wiring {
  /** By lane: the ports of its clients (gateways first, then the supervisor)… */
  readonly laneClients: readonly (readonly MessagePort[])[];
  /** …and the ports to the other lanes, by lane. */
  readonly lanePeers: readonly (readonly (MessagePort | undefined)[])[];
  /** By gateway: the ports to the lanes, by lane. */
  readonly gatewayLanes: readonly (readonly MessagePort[])[];
  /** The supervisor's ports to the lanes, by lane. */
  readonly supervisorLanes: readonly MessagePort[];
}

/** Connects every gateway and the supervisor with every lane, and every lane with every other. */
export function wire(laneCount: number, gatewayCount: number): Wiring {
  const lanes = Array.from({ length: laneCount }, (_, lane) => lane);
  const laneClients = lanes.map((): MessagePort[] => []);
  const connectToLanes = (): MessagePort[] =>
    lanes.map((lane) => {
      const { port1, port2 } = new MessageChannel();
      (laneClients[lane] as MessagePort[]).push(port2);
      return port1;
    });
  const gatewayLanes = Array.from({ length: gatewayCount }, connectToLanes);
  const supervisorLanes = connectToLanes();
  const lanePeers = lanes.map(() => lanes.map((): MessagePort | undefined => undefined));
  for (const lane of lanes) {
    for (let other = lane + 1; other < laneCount; other += 1) {
      const { port1, port2 } = new MessageChannel();
      (lanePeers[lane] as (MessagePort | undefined)[])[other] = port1;
      (lanePeers[other] as (MessagePort | undefined)[])[lane] = port2;
    }
  }
  return { laneClients, lanePeers, gatewayLanes, supervisorLanes };
}
