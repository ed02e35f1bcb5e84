// The real clock: Node's timers and the system's clocks.

import type { Clock, TimerId } from "../clock.ts";

export function realClock(): Clock {
  const timers = new Map<number, NodeJS.Timeout>();
  const immediates = new Map<number, NodeJS.Immediate>();
  let lastId = 0;
  return {
    monotonicUs: () => performance.now() * 1000,
    wallMs: () => Date.now(),
    wallUs: () => Math.floor((performance.timeOrigin + performance.now()) * 1000),
    after(delayUs, fire) {
      const id = ++lastId;
      if (delayUs <= 0) {
        const immediate = setImmediate(() => {
          immediates.delete(id);
          fire();
        });
        immediates.set(id, immediate);
        return id as TimerId;
      }
      // A timer may fire a fraction of a millisecond early unless its delay is rounded up.
      const timer = setTimeout(
        () => {
          timers.delete(id);
          fire();
        },
        Math.ceil(delayUs / 1000),
      );
      timers.set(id, timer);
      return id as TimerId;
    },
    cancel(id) {
      const immediate = immediates.get(id);
      if (immediate !== undefined) {
        clearImmediate(immediate);
        immediates.delete(id);
      }
      const timer = timers.get(id);
      if (timer === undefined) return;
      clearTimeout(timer);
      timers.delete(id);
    },
  };
}
