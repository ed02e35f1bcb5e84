// defineCommand: a command is declared in one place, and everything said about it derives from there:
// dispatch, arity, COMMAND and COMMAND DOCS, GETKEYS, ACL categories, routing to shards, the README's
// table, and the generators that test it.

import type { CommandContext } from "./context.ts";
import { arityOf, type Syntax } from "./syntax.ts";

/** Redis's command flags (COMMAND INFO), in its spelling. */
export type CommandFlag =
  | "write"
  | "readonly"
  | "denyoom"
  | "admin"
  | "pubsub"
  | "noscript"
  | "blocking"
  | "loading"
  | "stale"
  | "skip_monitor"
  | "skip_slowlog"
  | "asking"
  | "fast"
  | "no_auth"
  | "may_replicate"
  | "sentinel"
  | "no_async_loading"
  | "no_multi"
  | "no_mandatory_keys"
  | "allow_busy"
  | "movablekeys";

/**
 * How two correct servers' replies to one call compare.
 * exact: byte for byte. unordered: the same elements in any order. random: any member of what is there.
 * time: numbers within a bound. shape: same kinds and lengths only (process ids, memory, addresses).
 */
export type ReplyClass = "exact" | "unordered" | "random" | "time" | "shape";

/** One key specification, as COMMAND INFO reports it. */
export type KeySpec = {
  readonly flags: string; // e.g. "RW access update"
  readonly notes?: string;
  readonly begin:
    | { readonly index: number }
    | { readonly keyword: string; readonly from: number }
    | "unknown";
  readonly find:
    | { readonly lastKey: number; readonly step: number; readonly limit: number }
    | { readonly numkeysAt: number; readonly firstKeyAt: number; readonly step: number }
    | "unknown";
};

export type CommandGroup =
  | "string"
  | "bitmap"
  | "generic"
  | "connection"
  | "server"
  | "list"
  | "hash"
  | "set"
  | "sorted-set"
  | "stream"
  | "geo"
  | "hyperloglog"
  | "pubsub"
  | "scripting"
  | "transactions"
  | "cluster";

export type CommandDeclaration = {
  /** Lower case; of a subcommand the last word only. */
  readonly name: string;
  readonly summary: string;
  readonly since: string;
  readonly group: CommandGroup;
  readonly complexity: string;
  readonly flags: readonly CommandFlag[];
  /** ACL categories beyond those that follow from flags and group, e.g. "dangerous", "keyspace". */
  readonly acl?: readonly string[];
  readonly syntax: readonly Syntax[];
  readonly class: ReplyClass;
  /** Command tips of COMMAND INFO, e.g. "nondeterministic_output". */
  readonly tips?: readonly string[];
  /** When the syntax does not say it: Redis's arity (name included, negative = at least). */
  readonly arity?: number;
  /** When the syntax does not say where the keys are. */
  readonly keySpecs?: readonly KeySpec[];
  /** COMMAND DOCS' flags but for "deprecated", which follows from the field below. */
  readonly docFlags?: readonly "syscmd"[];
  readonly deprecated?: { readonly since: string; readonly replacedBy: string };
  readonly history?: readonly (readonly [since: string, change: string])[];
  readonly subcommands?: readonly CommandDeclaration[];
  /**
   * Runs the command. Arity is checked; args[0] is the name (of a subcommand: the container's, args[1] its
   * own). Writes exactly one reply. All arguments are checked before the keyspace is touched.
   * Absent on containers, which only hold subcommands.
   */
  readonly run?: (context: CommandContext) => void;
};

/** A declaration with what derives from it. */
export type Command = CommandDeclaration & {
  /** "client|list" for a subcommand, else the name. */
  readonly fullName: string;
  readonly arity: number;
  readonly keySpecs: readonly KeySpec[];
  /** First key's argument index, last key's (negative: from the end) and step: 0, 0, 0 without keys. */
  readonly firstKey: number;
  readonly lastKey: number;
  readonly keyStep: number;
  readonly isWrite: boolean;
  readonly isDenyOom: boolean;
  readonly isFast: boolean;
  /** Flagged fast, or declared O(1): its calls may be timed together. */
  readonly isConstantTime: boolean;
  readonly byName: ReadonlyMap<string, Command>;
  readonly execute: ((context: CommandContext) => void) | undefined;
  readonly stats: CommandStats;
};

/** Running counts of one command, for INFO commandstats and latencystats. */
export class CommandStats {
  calls = 0;
  usec = 0;
  rejectedCalls = 0;
  failedCalls = 0;
  /** Counts per latency bucket (see commands/latency-histogram.ts); made at the first call. */
  histogram: Float64Array | undefined = undefined;

  reset(): void {
    this.calls = 0;
    this.usec = 0;
    this.rejectedCalls = 0;
    this.failedCalls = 0;
    this.histogram = undefined;
  }
}

/** Types a declaration; `buildCommand` (registry.ts) derives the rest. */
export function defineCommand(declaration: CommandDeclaration): CommandDeclaration {
  return declaration;
}

type Derived = Omit<Command, "byName" | "stats">;

/** What follows from a declaration alone: derived once, for all servers of a process. */
const derivedOf = new WeakMap<CommandDeclaration, Derived>();

/** Derives what a declaration implies. Statistics start at 0: each server builds its own table. */
export function buildCommand(declaration: CommandDeclaration, container?: string): Command {
  let derived = derivedOf.get(declaration);
  if (derived === undefined) {
    derived = derive(declaration, container);
    derivedOf.set(declaration, derived);
  }
  const byName = new Map<string, Command>();
  for (const each of declaration.subcommands ?? []) {
    byName.set(each.name, buildCommand(each, declaration.name));
  }
  return shaped(derived, byName);
}

// All commands have the same properties in the same order, also those that are absent: what runs for every request then
// reads them all alike. Copied one from the other as they are declared they had 25 shapes.
function shaped(derived: Derived, byName: ReadonlyMap<string, Command>): Command {
  const all: { readonly [name in keyof Required<Command>]: Command[name] | undefined } = {
    execute: derived.execute,
    arity: derived.arity,
    firstKey: derived.firstKey,
    lastKey: derived.lastKey,
    keyStep: derived.keyStep,
    isWrite: derived.isWrite,
    isDenyOom: derived.isDenyOom,
    isFast: derived.isFast,
    isConstantTime: derived.isConstantTime,
    flags: derived.flags,
    keySpecs: derived.keySpecs,
    byName,
    stats: new CommandStats(),
    fullName: derived.fullName,
    name: derived.name,
    group: derived.group,
    class: derived.class,
    syntax: derived.syntax,
    summary: derived.summary,
    since: derived.since,
    complexity: derived.complexity,
    acl: derived.acl,
    tips: derived.tips,
    docFlags: derived.docFlags,
    deprecated: derived.deprecated,
    history: derived.history,
    subcommands: derived.subcommands,
    run: derived.run,
  };
  return all as Command;
}

function derive(declaration: CommandDeclaration, container: string | undefined): Derived {
  const { name, flags, syntax } = declaration;
  const depth = container === undefined ? 1 : 2;
  const size = arityOf(syntax);
  const isContainer = declaration.subcommands !== undefined && declaration.run === undefined;
  const arity = size.isExact ? size.min + depth : -(size.min + depth);
  const keySpecs = declaration.keySpecs ?? keySpecsOf(syntax, depth);
  return {
    ...declaration,
    fullName: container === undefined ? name : `${container}|${name}`,
    arity: declaration.arity ?? (isContainer ? -2 : arity),
    keySpecs,
    ...legacyRange(keySpecs),
    isWrite: flags.includes("write"),
    isDenyOom: flags.includes("denyoom"),
    isFast: flags.includes("fast"),
    isConstantTime: flags.includes("fast") || declaration.complexity === "O(1)",
    execute: declaration.run,
  };
}

// Keys that stand at fixed places counted from the front, before anything optional.
function keySpecsOf(syntax: readonly Syntax[], depth: number): KeySpec[] {
  const specs: KeySpec[] = [];
  let index = depth;
  for (const each of syntax) {
    const isRepeated = each.multiple === true;
    if (each.kind === "key") {
      specs.push(rangeSpec(each.flags, each.notes, index, isRepeated ? -1 : 0, 1));
    } else if (each.kind === "block" && each.of[0]?.kind === "key") {
      const first = each.of[0];
      specs.push(
        rangeSpec(first.flags, first.notes, index, isRepeated ? -1 : 0, isRepeated ? each.of.length : 1),
      );
    }
    if (each.optional === true || isRepeated) break;
    index += arityOf([each]).min;
  }
  return specs;
}

function rangeSpec(
  flags: string,
  notes: string | undefined,
  index: number,
  lastKey: number,
  step: number,
): KeySpec {
  const spec = { flags, begin: { index }, find: { lastKey, step, limit: 0 } };
  return notes === undefined ? spec : { ...spec, notes };
}

// COMMAND INFO's older triple covers all specifications that are plain ranges.
function legacyRange(specs: readonly KeySpec[]): { firstKey: number; lastKey: number; keyStep: number } {
  let firstKey = 0;
  let lastKey = 0;
  let keyStep = 0;
  for (const { begin, find } of specs) {
    if (begin === "unknown" || find === "unknown" || !("index" in begin) || !("lastKey" in find)) continue;
    const last = find.lastKey >= 0 ? begin.index + find.lastKey : find.lastKey;
    if (firstKey === 0) {
      firstKey = begin.index;
      lastKey = last;
      keyStep = find.step;
    } else {
      if (begin.index < firstKey) firstKey = begin.index;
      if (lastKey >= 0 && (last < 0 || last > lastKey)) lastKey = last;
      keyStep = Math.max(1, Math.min(keyStep, find.step));
    }
  }
  return { firstKey, lastKey, keyStep };
}
