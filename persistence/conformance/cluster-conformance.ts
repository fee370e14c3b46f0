import { afterAll, afterEach, beforeAll, beforeEach, describe } from "bun:test";
import type { ClusterRig, ClusterStores, ClusterSubject } from "./cluster-rig.ts";
import { coordinating } from "./coordinator-lock-conformance.ts";
import { remembering } from "./node-store-conformance.ts";
import { carryingOut } from "./operation-store-conformance.ts";
import { claiming, placing } from "./placement-conformance.ts";

/** What the stores of every cluster must do, whatever they store in. */
export function clusterConformance(name: string, make: () => Promise<ClusterSubject>): void {
  describe(`${name}: a cluster`, () => {
    let subject: ClusterSubject;
    let stores: ClusterStores;
    const opened: ClusterStores[] = [];
    const open = (): ClusterStores => {
      const another = subject.open();
      opened.push(another);
      return another;
    };
    const rig: ClusterRig = {
      get stores() {
        return stores;
      },
      get subject() {
        return subject;
      },
      open,
      async term(of = stores) {
        const term = await of.lock.take("node-a", () => {});
        if (term === undefined) throw new Error("another process coordinates");
        return term;
      },
    };

    beforeAll(async () => {
      subject = await make();
    });
    beforeEach(() => {
      stores = open();
    });
    afterEach(async () => {
      const closed = opened.splice(0).flatMap((each) => Object.values(each));
      await Promise.all(closed.map((store) => store.close()));
      await subject.reset();
    });
    afterAll(() => subject.close());

    coordinating(rig);
    placing(rig);
    claiming(rig);
    remembering(rig);
    carryingOut(rig);
  });
}
