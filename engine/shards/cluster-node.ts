import { ClusterAnswers } from "../operator/cluster-answers.ts";
import { ClusterDesk } from "../operator/cluster-desk.ts";
import { ClusterOperator } from "../operator/cluster-operator.ts";
import type { CoordinatorLock } from "../ports/coordinator-lock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { NodeStore } from "../ports/node-store.ts";
import type { OperationStore } from "../ports/operation-store.ts";
import { UnknownVersions } from "../transport/unknown-versions.ts";
import { assertClusterLimits, type ClusterLimits } from "./cluster-limits.ts";
import { ClusterCounters, countersData, type ClusterStatistics } from "./cluster-counters.ts";
import { ClusterMembers } from "./cluster-members.ts";
import { Coordinator, type CoordinatorWork } from "./coordinator.ts";
import { Echo } from "./echo.ts";
import { Heart, type Vitals } from "./heart.ts";
import { Housekeeping } from "./housekeeping.ts";
import { NodeAgent, type NodeAgentDependencies } from "./node-agent.ts";
import { NodeLeave } from "./node-leave.ts";
import { Rebalancing } from "./rebalancing.ts";
import { Suspension } from "./suspension.ts";
import { TermOfOffice } from "./term-of-office.ts";

// A commit takes milliseconds; a database that is away must not keep a node from ending.
const LET_GO_MS_MAX = 1_000;

/** What one node's part in the cluster is made of. */
export interface ClusterNodeDependencies extends Omit<NodeAgentDependencies, "limits" | "unknownVersions"> {
  readonly nodeStore: NodeStore;
  readonly operations: OperationStore;
  readonly lock: CoordinatorLock;
  readonly entropy: Entropy;
  readonly limits: ClusterLimits;
  readonly vitals: () => Vitals;
  /** Told when this node begins to coordinate, and when it does no longer. */
  readonly coordinates: (isCoordinator: boolean) => void;
}

/** One node in the cluster: follows the placement, says that it lives, and coordinates when nobody else does. */
export class ClusterNode {
  readonly agent: NodeAgent;
  readonly operator: ClusterOperator;
  /** What has come from nodes of other releases. */
  readonly unknownVersions: UnknownVersions;
  readonly #counters = new ClusterCounters();
  readonly #dependencies: ClusterNodeDependencies;
  #echo: Echo | undefined;
  #heart: Heart | undefined;
  #members: ClusterMembers | undefined;
  #coordinator: Coordinator | undefined;
  #office: TermOfOffice | undefined;
  #suspension: Suspension | undefined;
  #endsSinceMs: number | undefined;
  #stopped: Promise<void> | undefined;

  constructor(dependencies: ClusterNodeDependencies) {
    assertClusterLimits(dependencies.limits);
    this.#dependencies = dependencies;
    this.unknownVersions = new UnknownVersions(dependencies.log);
    const { unknownVersions } = this;
    this.agent = new NodeAgent({ ...dependencies, unknownVersions, limits: dependencies.limits.agent });
    this.operator = new ClusterOperator(dependencies);
  }

  /** The number of its term; undefined while another node coordinates. */
  get term(): number | undefined {
    return this.#coordinator?.term;
  }

  /** Numbers of the node's part in the cluster, as they are now. */
  get statistics(): ClusterStatistics {
    const nodes = { alive: 0, suspect: 0, dead: 0, left: 0 };
    for (const { state } of this.#members?.members ?? []) nodes[state] += 1;
    return {
      ...countersData(this.#counters),
      term: this.term ?? 0,
      isBalancingSuspended: this.#suspension?.isOn ?? false,
      placementVersion: this.agent.placement.version,
      shards: this.agent.shards,
      nodes,
      unknownVersions: this.unknownVersions.count,
    };
  }

  /** Nodes that are not known to have ended, by name, this one included. */
  get livingNodes(): readonly string[] {
    const others =
      this.#members?.members.filter(({ state }) => state === "alive" || state === "suspect") ?? [];
    return [...new Set([this.#dependencies.node, ...others.map(({ node }) => node)])].toSorted();
  }

  /** Whether others have shards, and none of those has ever been heard: they are gone, or hear another bus. */
  get isStranger(): boolean {
    return this.#members?.isStranger(this.#dependencies.node, this.agent.placement) ?? false;
  }

  /** Whether every other node has ended, or is about to. */
  get isLast(): boolean {
    return this.#members?.isLast(this.#dependencies.node) ?? false;
  }

  /** What it does as the coordinator; undefined while another node is. */
  get office(): TermOfOffice | undefined {
    return this.#office;
  }

  /**
   * Joins the cluster, as the start of the node to which its store has given this number.
   * @throws when the stores cannot be read.
   */
  async start(incarnation: number): Promise<void> {
    const dependencies = this.#dependencies;
    const { nodeStore, limits } = dependencies;
    await this.agent.start();
    const echo = new Echo(dependencies.bus, limits.membership);
    this.#echo = echo;
    this.#members = new ClusterMembers({
      ...dependencies,
      incarnation,
      shardCount: this.agent.placement.shards.length,
      store: nodeStore,
      unknownVersions: this.unknownVersions,
      echo,
      limits: limits.membership,
      changed: () => this.#office?.look(),
    });
    this.#heart = new Heart({
      ...dependencies,
      echo,
      incarnation,
      beatEveryMs: limits.membership.beatEveryMs,
      shards: () => this.agent.shards,
    });
    const members = this.#members;
    this.#coordinator = new Coordinator({
      ...dependencies,
      echo,
      limits: limits.coordinator,
      isStranger: () => members.isStranger(dependencies.node, this.agent.placement),
      work: (term, over) => this.#work(term, over, members),
    });
  }

  /** From now on says that the node is about to end: it gets no further shards, and does not begin to coordinate. */
  announceEnd(): void {
    this.#endsSinceMs ??= this.#dependencies.clock.nowMs();
    this.#coordinator?.standDown();
    this.#heart?.leave();
  }

  /**
   * Gives the node's shards away before it ends. Returns whether all of them were, within this time; false sooner when nobody will
   * take them. Where others will, those that are left are let go of, and the node says goodbye at once: whoever waits for one waits
   * until they have it. Never rejects.
   */
  async leave(withinMs: number): Promise<boolean> {
    const { node, clock } = this.#dependencies;
    this.announceEnd();
    const mayBeTaken = (leavingSinceMs: number): boolean =>
      this.#members?.mayTake(node, leavingSinceMs) === true;
    const sinceMs = this.#endsSinceMs ?? clock.nowMs();
    const leave = new NodeLeave(
      {
        ...this.#dependencies,
        sinceMs,
        shards: () => this.agent.shards,
        ask: (request, answerMsMax) => this.operator.ask(request, answerMsMax),
        refresh: () => this.agent.refresh(),
        mayBeTaken,
      },
      withinMs,
    );
    if (await leave.run()) return true;
    if (mayBeTaken(sinceMs)) {
      await this.#letGo();
      // Nobody serves them before the others have heard it. Whoever stops the node is told what goes wrong.
      this.stop().catch(() => undefined);
    }
    return false;
  }

  /** Leaves the cluster as it is: its shards are given to others as soon as its goodbye is heard. Asked again, it does nothing more. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    // Its work ends at once; a lock whose database does not answer must not keep the goodbye waiting.
    const resigned = this.#coordinator?.stop();
    this.#heart?.stop();
    this.#members?.close();
    this.#echo?.close();
    this.agent.stop();
    await resigned;
  }

  /** What is not durable in time is decided by whoever takes over, as it is when a node dies. */
  #letGo(): Promise<void> {
    const { clock } = this.#dependencies;
    return new Promise((resolve) => {
      const cancel = clock.after(LET_GO_MS_MAX, resolve);
      void this.agent.letGo().then(() => {
        cancel();
        resolve();
      });
    });
  }

  #work(term: number, over: (reason: Error) => void, members: ClusterMembers): CoordinatorWork {
    const dependencies = this.#dependencies;
    const { bus, topics, limits } = dependencies;
    const office: TermOfOffice = new TermOfOffice({
      ...dependencies,
      term,
      limits: limits.office,
      counters: this.#counters,
      members,
      plan: (request) => desk.planAgain(request),
      endRecords: () => desk.endRecords(),
      over,
    });
    const { desk: placement, operations: queue } = office;
    const suspension = new Suspension(dependencies.operations);
    const shared = { ...dependencies, term, placement, queue, suspension, members, termOver: over };
    const rebalancing = new Rebalancing({ ...shared, desk: placement, limits: limits.rebalancer });
    const housekeeping = new Housekeeping({ ...shared, limits: limits.retention });
    // Of several hand-overs, one at a time has clients wait.
    const shardsAtOnceMax = limits.office.shardsTogetherMax;
    const desk = new ClusterDesk({ ...shared, limits: limits.plans, shardsAtOnceMax });
    const answers = new ClusterAnswers({ ...shared, unknownVersions: this.unknownVersions, desk });
    let endAnswers = (): void => undefined;
    // The term may be over before its work is open.
    let isStopped = false;
    return {
      open: async () => {
        await office.open();
        await rebalancing.start();
        if (isStopped) return rebalancing.stop();
        this.#office = office;
        this.#suspension = suspension;
        this.#counters.terms += 1;
        endAnswers = bus.answer(topics.coordinator, (payload) => answers.reply(payload));
        office.look();
        housekeeping.start();
        dependencies.coordinates(true);
      },
      stop: () => {
        isStopped = true;
        if (this.#office === office) this.#office = undefined;
        if (this.#suspension === suspension) this.#suspension = undefined;
        dependencies.coordinates(false);
        endAnswers();
        rebalancing.stop();
        housekeeping.stop();
        office.stop();
      },
    };
  }
}
