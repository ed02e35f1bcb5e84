// Bans: words that may not stand in the code, each with what to use instead and snippets that prove it bites.
//
// Role: the table behind tidy.test.ts. Code under the ports must be a pure function of its inputs, or a seed
// could not repeat a run; so everything through which chance, time or the outside gets in is named here.
// Invariant: every ban has at least one snippet it refuses and one that it must let pass.

import { type Token, tokens } from "./source.ts";

export type Ban = {
  readonly name: string;
  readonly useInstead: string;
  /** Whether the token at `index` breaks the ban. */
  readonly breaks: (all: readonly Token[], index: number) => boolean;
  /** Files to which the ban does not apply, beside those outside its scope. */
  readonly exceptIn?: readonly string[];
  readonly bad: readonly string[];
  readonly good: readonly string[];
};

/** For everything that the simulator runs: src but the real ports and main.ts, oracle and sim but their programs. */
export const bansUnderPorts: readonly Ban[] = [
  {
    name: "Date",
    useInstead: "Clock.wallMs() of src/env/clock.ts, or the time in the input",
    breaks: isGlobal("Date"),
    bad: ["const t = Date.now();", "const t = new Date();"],
    good: ["const t = clock.wallMs(); // not Date.now()", "a.Date", "type A = { Date: number };", '"Date"'],
  },
  {
    name: "performance",
    useInstead: "Clock.monotonicUs() of src/env/clock.ts",
    breaks: isGlobal("performance"),
    bad: ["const t = performance.now();"],
    good: ["const t = clock.monotonicUs();"],
  },
  {
    name: "timers",
    useInstead: "Clock.after() and Clock.cancel() of src/env/clock.ts",
    breaks: isGlobal(
      "setTimeout",
      "setInterval",
      "setImmediate",
      "clearTimeout",
      "clearInterval",
      "clearImmediate",
    ),
    bad: ["setTimeout(f, 1);", "clearInterval(t);", "const wait = setImmediate;"],
    good: ["clock.after(1, f);", "clock.setTimeout(f);"],
  },
  {
    name: "Math.random",
    useInstead: "Rng of src/env/rng.ts, or the seeded one held in the state",
    breaks: isMember("Math", "random"),
    bad: ["const n = Math.random();", 'Math["random"]()'],
    good: ["const n = rng.below(4);", "const n = Math.floor(x);"],
  },
  {
    name: "crypto",
    useInstead: "Rng.secret() of src/env/rng.ts",
    breaks: (all, index) => isGlobal("crypto")(all, index) && textAt(all, index + 1) === ".",
    bad: ["crypto.getRandomValues(bytes);"],
    good: ["rng.secret(bytes);", 'import { createHash } from "node:crypto";'],
  },
  {
    name: "microtasks",
    useInstead: "an effect listed after the others: shells perform them in order",
    breaks: isGlobal("queueMicrotask", "nextTick"),
    bad: ["queueMicrotask(f);"],
    good: ["effects.push(effect);"],
  },
  {
    name: "Promise, async, await",
    useInstead: "a callback: no Promise crosses a port, and one turn is one call",
    breaks: (all, index) =>
      isGlobal("Promise", "PromiseLike", "await")(all, index) ||
      (isGlobal("async")(all, index) && opensAsync(all[index + 1])),
    bad: [
      "new Promise(f)",
      "const f = async () => 1;",
      "async function f() {}",
      "const x = await f();",
      "let p: Promise<void>;",
    ],
    good: [
      "if (async) free();",
      "const async = args.flag('ASYNC');",
      "run(() => done());",
      "{ async: true }",
    ],
  },
  {
    name: "process",
    useInstead: "Host of src/env/host.ts, or a value that main.ts passes in",
    breaks: (all, index) => isGlobal("process")(all, index) && textAt(all, index + 1) !== "(",
    bad: ["process.env.HOME", "process.hrtime()", "const { pid } = process;"],
    good: ["host.pid()", "function process(a: number) {}", "state.process"],
  },
  {
    name: "globalThis",
    useInstead: "the node's composition: everything a node needs hangs from it",
    breaks: isGlobal("globalThis"),
    bad: ["globalThis.counter = 1;"],
    good: ["state.counter = 1;"],
  },
  {
    name: "modules that reach outside",
    useInstead: "the ports of src/env: Net, Disk, Threads, Clock, Rng, Host",
    breaks: (all, index) => importsOutside(all, index),
    exceptIn: ["src/lib/sha1.ts"],
    bad: [
      'import net from "node:net";',
      'import { open } from "node:fs/promises";',
      'const w = import("node:worker_threads");',
    ],
    good: ['import type { Net } from "../env/net.ts";', 'const name = "node:net";'],
  },
  {
    name: "Atomics",
    useInstead: "the Threads port of src/env/threads.ts",
    breaks: isGlobal("Atomics"),
    bad: ["Atomics.wait(a, 0, 0);"],
    good: ["threads.post(to, message);"],
  },
  {
    name: "weak references",
    useInstead: "the store's own byte counts: nothing may depend on when memory is collected",
    breaks: isGlobal("WeakRef", "FinalizationRegistry"),
    bad: ["new WeakRef(a)", "new FinalizationRegistry(f)"],
    good: ["new WeakMap()"],
  },
  {
    name: "Buffer",
    useInstead: "Uint8Array, and src/lib/bytes.ts; an unfilled Buffer holds what was there before",
    breaks: isGlobal("Buffer"),
    exceptIn: ["sim/clients/latin1.ts"],
    bad: ["Buffer.allocUnsafe(8)", "function f(b: Buffer) {}", 'import { Buffer } from "node:buffer";'],
    good: ["new Uint8Array(8)", "state.Buffer"],
  },
  {
    name: "locale",
    useInstead: "comparison of bytes: an order may not depend on the machine's language",
    breaks: (all, index) =>
      isGlobal("Intl")(all, index) ||
      (isWord(all[index]) && /^(localeCompare|toLocale\w+)$/.test(textAt(all, index))),
    bad: ["a.localeCompare(b)", "a.toLocaleLowerCase()", "new Intl.Collator()"],
    good: ["compareBytes(a, b)", "a.toLowerCase()"],
  },
  {
    name: "module-level variable",
    useInstead: "a field of the state: many nodes live in one process",
    breaks: (all, index) => isGlobal("let", "var")(all, index) && all[index]?.depth === 0,
    bad: ["let count = 0;", "export let count = 0;", "var count = 0;"],
    good: ["const count = 0;", "function f() { let count = 0; }", "for (let i = 0; ; ) {}"],
  },
  {
    name: "inexact mathematics",
    useInstead:
      "integers, or a table; the last digit differs between versions of V8. A command declared `float` may be listed in exceptIn",
    breaks: isMember(
      "Math",
      /^(pow|exp|expm1|log|log2|log10|log1p|sinh?|cosh?|tanh?|asinh?|acosh?|atanh?|atan2|cbrt|hypot)$/,
    ),
    exceptIn: ["src/commands/geo/", "src/commands/hyperloglog/", "src/lib/format-double.ts"],
    bad: ["Math.pow(2, n)", "Math.log(x)"],
    good: ["Math.sqrt(x)", "Math.clz32(x)", "Math.imul(a, b)"],
  },
  {
    name: "RangeError",
    useInstead: "an explicit depth counter: how deep a stack goes differs from run to run",
    breaks: isGlobal("RangeError"),
    bad: ["catch (e) { if (e instanceof RangeError) return; }"],
    good: ["if (depth > depthMax) return errors.tooDeep;"],
  },
];

/** For every file of the source folders, tests and programs included. */
export const bansEverywhere: readonly Ban[] = [
  {
    name: "any",
    useInstead: "the type that is meant, or unknown",
    breaks: (all, index) => isGlobal("any")(all, index) && textAt(all, index + 1) !== "(",
    bad: ["const a: any = 1;", "f(a as any)", "type A = Map<string, any>;", "const a: any[] = [];"],
    good: ["const a: unknown = 1; // any", "fc.any()", "type A = { any: number };", '"any"'],
  },
];

// Comments are not tokens, so the compiler's own switches are looked for in the text.
export const silencers: RegExp = /@ts-(ignore|nocheck)\b/;

/** One line for each token of `text` that breaks one of `bans`. */
export function brokenBans(path: string, text: string, bans: readonly Ban[]): string[] {
  const all = tokens(text);
  const applied = bans.filter((ban) => !(ban.exceptIn ?? []).some((place) => path.startsWith(place)));
  return all.flatMap((token, index) =>
    applied
      .filter((ban) => ban.breaks(all, index))
      .map((ban) => `${path}:${token.line}: ${ban.name} ("${token.text}"); use ${ban.useInstead}`),
  );
}

// A name that stands for the global one: not a member of something, and not the key of an entry or a field.
function isGlobal(...names: readonly string[]): Ban["breaks"] {
  return (all, index) => {
    if (!isWord(all[index]) || !names.includes(textAt(all, index))) return false;
    if ([".", "?."].includes(textAt(all, index - 1))) return false;
    const isKey =
      textAt(all, index + 1) === ":" && ["{", ",", ";", "readonly"].includes(textAt(all, index - 1));
    return !isKey;
  };
}

function isMember(object: string, member: string | RegExp): Ban["breaks"] {
  return (all, index) => {
    if (!isWord(all[index]) || textAt(all, index) !== object) return false;
    if (![".", "?.", "["].includes(textAt(all, index + 1))) return false;
    const name = textAt(all, index + 2);
    return typeof member === "string" ? name === member : member.test(name);
  };
}

function opensAsync(next: Token | undefined): boolean {
  if (next === undefined) return false;
  return next.kind === "word"
    ? !["as", "satisfies", "in", "instanceof"].includes(next.text)
    : next.text === "(";
}

const outside =
  /^(node:)?(net|dgram|dns|tls|http|https|http2|fs|os|worker_threads|cluster|child_process|crypto|timers|async_hooks|perf_hooks|process|v8|vm)(\/|$)/;

function importsOutside(all: readonly Token[], index: number): boolean {
  const token = all[index];
  if (token?.kind !== "string" || !outside.test(token.text)) return false;
  const before = textAt(all, index - 1);
  if (before === "from" || before === "import") return true;
  return before === "(" && ["import", "require"].includes(textAt(all, index - 2));
}

function isWord(token: Token | undefined): boolean {
  return token?.kind === "word";
}

function textAt(all: readonly Token[], index: number): string {
  return all[index]?.text ?? "";
}
