// Followers: what several checks look at, followed once for all checks of a run: the oracle's models, and which
// request was run.
//
// Role: stepping an oracle costs as much as most checks together, so there is one for each node and not one for each
// check. It is the run that steps them; checks only look. Checks still share no finding: each judges for itself.
//
//   told of a call:      the pairing -> checks that look before -> the references -> all other checks
//   told of a removal:   all checks -> the references
//
// Invariant: what no check has asked for is not followed.

import type { Check, CheckContext, Checking } from "../check.ts";
import type { Watcher } from "../events.ts";
import { Pairing } from "./pairing.ts";
import { References } from "./reference.ts";

export class Followers {
  private readonly basics: Pick<CheckContext, "plan" | "node">;
  private referencesMade: References | undefined = undefined;
  private pairingMade: Pairing | undefined = undefined;

  constructor(basics: Pick<CheckContext, "plan" | "node">) {
    this.basics = basics;
  }

  get references(): References {
    this.referencesMade ??= new References(this.basics);
    return this.referencesMade;
  }

  get pairing(): Pairing {
    this.pairingMade ??= new Pairing();
    return this.pairingMade;
  }

  /** Everybody who is to be told, in the order of telling. */
  among(checkings: readonly { readonly check: Check; readonly checking: Checking }[]): Watcher[] {
    const { pairingMade: pairs, referencesMade: references } = this;
    const before = checkings.filter(({ check }) => check.looksBefore === true);
    const after = checkings.filter(({ check }) => check.looksBefore !== true);
    const first: Watcher = {
      ...(pairs === undefined
        ? {}
        : {
            invoked: (event) => pairs.invoked(event),
            wentRaw: (event) => pairs.wentRaw(event),
            executed: (event) => void pairs.executed(event),
          }),
      ...(references === undefined
        ? {}
        : {
            nodeStarted: (event) => references.nodeStarted(event),
            nodeRecovered: (event) => references.nodeRecovered(event),
            nodeEnded: (event) => references.nodeEnded(event),
            sessionOpened: (event) => references.sessionOpened(event),
            sessionClosed: (event) => references.sessionClosed(event),
            faultFired: (event) => references.faultFired(event),
          }),
    };
    const step: Watcher =
      references === undefined ? {} : { executed: (event) => void references.executed(event) };
    const last: Watcher = references === undefined ? {} : { removed: (event) => references.removed(event) };
    return [
      first,
      ...before.map(({ checking }) => checking),
      step,
      ...after.map(({ checking }) => checking),
      last,
    ];
  }
}
