// Tripwires: while a run is on, whoever reaches for the machine's own clock, chance, timers or promises is stopped.
//
// Role: the tidy rules find such words in the code; this finds what they cannot see: a library, a computed name. Each
// wire is put in place of a global's function for the time of one synchronous call and throws when it is touched.
// The global object and the hook for promises are handed in, since code under the ports may not name them either.

/** The parts of the global object that are wired. */
export type Ambient = {
  Date: unknown;
  Promise: unknown;
  Math: { random: unknown };
  performance: object;
  queueMicrotask: unknown;
  setTimeout: unknown;
  setInterval: unknown;
  setImmediate: unknown;
};

/** node:async_hooks' createHook, or the like: promises that async functions make do not touch the global. */
export type CreateHook = (callbacks: { init: (id: number, type: string) => void }) => {
  enable(): unknown;
  disable(): unknown;
};

const globals = ["setTimeout", "setInterval", "setImmediate", "queueMicrotask"] as const;

/** Runs `run` with all wires up; what touches one gets an exception that names it. */
export function withTripwires<T>(ambient: Ambient, run: () => T, createHook?: CreateHook): T {
  const restore: (() => void)[] = [];
  const put = (holder: object, name: string, value: unknown): void => {
    const before = Object.getOwnPropertyDescriptor(holder, name);
    Object.defineProperty(holder, name, { value, writable: true, configurable: true, enumerable: false });
    restore.push(() => {
      if (before === undefined) Reflect.deleteProperty(holder, name);
      else Object.defineProperty(holder, name, before);
    });
  };
  let promised = "";
  const hook = createHook?.({
    init: (_, type) => {
      if (type === "PROMISE") promised = "a promise was made during a run";
    },
  });
  for (const name of globals) put(ambient, name, wire(name));
  put(ambient, "Date", wireClass("Date", ambient.Date));
  put(ambient, "Promise", wireClass("Promise", ambient.Promise));
  put(ambient.Math, "random", wire("Math.random"));
  put(ambient.performance, "now", wire("performance.now"));
  const own: unknown = Reflect.get(ambient, "process");
  if (typeof own === "object" && own !== null) {
    put(own, "nextTick", wire("nextTick"));
    put(own, "hrtime", wire("hrtime"));
  }
  try {
    hook?.enable();
    const result = run();
    if (promised !== "") throw new Error(`tripwire: ${promised}`);
    return result;
  } finally {
    hook?.disable();
    for (const each of restore.reverse()) each();
  }
}

function wire(name: string): () => never {
  return () => {
    throw new Error(`tripwire: ${name} was used during a run; the ports of src/env are for that`);
  };
}

// What is asked of a class (Date.now, Promise.resolve) trips as much as making one; `instanceof` does not.
function wireClass(name: string, real: unknown): unknown {
  const trip = wire(name);
  return new Proxy(real as () => void, {
    construct: trip,
    apply: trip,
    get: (target, property) =>
      property === "prototype" || typeof property === "symbol" ? Reflect.get(target, property) : trip(),
  });
}
