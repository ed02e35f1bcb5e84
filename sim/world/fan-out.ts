// Fan-out: one event told to all watchers that want it.

import type { Watcher } from "../events.ts";

/** As a watcher, with every method there. */
export type Emit = { readonly [Name in keyof Watcher]-?: NonNullable<Watcher[Name]> };

/** Events nobody wants cost a call of nothing, events that one wants are told to it directly. */
export function fanOut(watchers: readonly Watcher[]): Emit {
  const all = <K extends keyof Watcher>(name: K): NonNullable<Watcher[K]>[] =>
    watchers.flatMap((watcher) => {
      const heard = watcher[name];
      return heard === undefined ? [] : [heard.bind(watcher) as NonNullable<Watcher[K]>];
    });
  const tell = <E>(heard: readonly ((event: E) => void)[]): ((event: E) => void) => {
    const [only] = heard;
    if (only === undefined) return () => undefined;
    if (heard.length === 1) return only;
    return (event) => {
      for (const each of heard) each(event);
    };
  };
  return {
    invoked: tell(all("invoked")),
    replied: tell(all("replied")),
    lost: tell(all("lost")),
    pushed: tell(all("pushed")),
    wentRaw: tell(all("wentRaw")),
    malformed: tell(all("malformed")),
    executed: tell(all("executed")),
    sessionOpened: tell(all("sessionOpened")),
    sessionClosed: tell(all("sessionClosed")),
    removed: tell(all("removed")),
    nodeStarted: tell(all("nodeStarted")),
    nodeRecovered: tell(all("nodeRecovered")),
    nodeEnded: tell(all("nodeEnded")),
    faultFired: tell(all("faultFired")),
    turnEnded: tell(all("turnEnded")),
    healed: tell(all("healed")),
    finished: tell(all("finished")),
  };
}
