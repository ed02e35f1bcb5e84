// linearizable: the answers that clients saw can be explained by each key's operations in some order that agrees
// with time.
//
// Role: the black box. It believes the clients alone: what they sent, when, and what came back. Each key is judged
// by itself, as linearizability allows. The one exception is raw bytes, which nobody but the server can tell apart:
// what ran of them is taken from the observer.
// A request without answer may have happened at any later time, or never; but not after the server closed its
// session, nor after its node went down: without those ends the unknown ones soon outgrow any search.
// A node that keeps nothing on disk comes back empty. Keys that expire, and nodes that evict, are left out: what
// vanishes by itself cannot be told from an operation.

import type { Check, CheckContext } from "../check.ts";
import type { Invoked, NodeEnded, NodeExecuted, NodeStarted, Replied } from "../events.ts";
import { keepsData } from "../world/settings.ts";
import { linearize, type Operation } from "./linearize.ts";
import { type Pairing, placeOf } from "./pairing.ts";
import { quoted } from "./reply-grammar.ts";
import { type KeyStep, type Meaning, meaningOf } from "./string-operations.ts";
import { type RegisterOperation, registerFault } from "./unique-register.ts";

const NEVER = Number.POSITIVE_INFINITY;

export const linearizable: Check = {
  name: "linearizable",
  promises: ["P1"],
  begin: (context) => new LinearizableChecking(context),
};

type Request = {
  readonly words: readonly string[];
  readonly shown: string;
  readonly from: number;
  to: number;
  /** undefined: not known. */
  reply: string | undefined;
  protocol: 2 | 3;
};

type Line = {
  readonly node: number;
  readonly requests: Map<number, Request>;
  /** When the server closed the session. */
  closedUs: number;
};

type KeyHistory = {
  readonly name: string;
  readonly operations: Operation[];
  readonly register: RegisterOperation[];
};

type NodeHistory = {
  /** By database and key. */
  readonly keys: Map<string, KeyHistory>;
  readonly spoilt: Set<string>;
  readonly spoiltEverywhere: Set<string>;
  readonly spoiltDatabases: Set<number>;
  isSpoilt: boolean;
  /** Moments at which keys of a database, or of all, went. */
  readonly flushes: { readonly db: number | undefined; readonly operation: Operation }[];
};

class LinearizableChecking {
  private readonly context: CheckContext;
  private readonly pairing: Pairing;
  private readonly lines = new Map<number, Line>();
  private readonly raw: { readonly node: number; readonly db: number; readonly request: Request }[] = [];
  private readonly rawDatabases = new Map<string, number>();
  private readonly sessions = new Map<string, number>();
  private readonly ends = new Map<number, { readonly fromUs: number; toUs: number }[]>();
  private readonly spoiltNodes = new Set<number>();
  /** Nodes on which memory was limited at some time, and those whose policy then evicts keys that never expire. */
  private readonly limited = new Set<number>();
  private readonly evicting = new Set<number>();
  private keys = 0;
  private operations = 0;
  private undecided = 0;

  constructor(context: CheckContext) {
    this.context = context;
    this.pairing = context.pairing;
  }

  readonly nodeStarted = ({ atUs, node, config }: NodeStarted): void => {
    if (keepsData(config)) this.spoiltNodes.add(node);
    if (Number(config["maxmemory"] ?? 0) !== 0) this.limited.add(node);
    if (config["maxmemory-policy"]?.startsWith("allkeys") === true) this.evicting.add(node);
    const latest = this.ends.get(node)?.at(-1);
    if (latest !== undefined) latest.toUs = atUs;
  };

  readonly nodeEnded = ({ atUs, node }: NodeEnded): void => {
    const ends = this.ends.get(node) ?? [];
    ends.push({ fromUs: atUs, toUs: NEVER });
    this.ends.set(node, ends);
  };

  readonly faultFired = ({ name, node }: { readonly name: string; readonly node: number }): void => {
    if (name === "memory.pressure") this.limited.add(node);
  };

  readonly invoked = (event: Invoked): void => {
    let line = this.lines.get(placeOf(event));
    if (line === undefined) {
      line = { node: event.node, requests: new Map(), closedUs: NEVER };
      this.lines.set(placeOf(event), line);
    }
    const shown = `client ${event.client} request ${event.request}`;
    const { words, atUs: from } = event;
    line.requests.set(event.request, { words, shown, from, to: NEVER, reply: undefined, protocol: 2 });
  };

  readonly executed = (event: NodeExecuted): void => {
    const { node, generation, session, atUs, call } = event;
    const place = `${node}.${generation}.${session}`;
    if (!this.sessions.has(place)) this.sessions.set(place, placeOf(event));
    const isPaired = this.pairing.executed(event) !== undefined;
    const db = this.rawDatabases.get(place) ?? 0;
    const { words, protocol } = call;
    if (isPaired) {
      // The database that was selected is that of the raw bytes behind it, too.
      if (!/^(select|reset)$/i.test(words[0] ?? "")) return;
      const meaning = meaningOf(words, call.reply, protocol, db);
      if (meaning.is === "select") this.rawDatabases.set(place, meaning.db);
      return;
    }
    const reply = call.reply === "" || call.isReplyCut ? undefined : call.reply;
    if (call.isRequestCut) this.spoiltNodes.add(node);
    const shown = `client ${event.client} raw`;
    this.raw.push({ node, db, request: { words, shown, from: atUs, to: atUs, reply, protocol } });
    const meaning = meaningOf(words, reply, protocol, db);
    if (meaning.is === "select") this.rawDatabases.set(place, meaning.db);
  };

  readonly sessionClosed = (event: { node: number; generation: number; session: number }): void => {
    const place = `${event.node}.${event.generation}.${event.session}`;
    const line = this.lines.get(this.sessions.get(place) ?? -1);
    if (line !== undefined) line.closedUs = this.context.nowUs();
    this.sessions.delete(place);
  };

  readonly replied = (event: Replied): void => {
    const request = this.lines.get(placeOf(event))?.requests.get(event.request);
    if (request === undefined) return;
    request.to = event.atUs;
    request.protocol = event.protocol;
    // An answer that was kept back on request tells nothing.
    if (event.reply !== "") request.reply = event.reply;
  };

  readonly finished = (): void => {
    const nodes = new Map<number, NodeHistory>();
    for (const line of this.lines.values()) this.addLine(line, historyOf(nodes, line.node));
    for (const { node, db, request } of this.raw)
      this.add({ node, history: historyOf(nodes, node) }, request, db);
    for (const [node, history] of nodes) {
      this.addEnds(node, history);
      const mayEvict = this.limited.has(node) && this.evicting.has(node);
      if (!history.isSpoilt && !mayEvict && !this.spoiltNodes.has(node)) this.judgeNode(node, history);
    }
  };

  readonly counts = (): Record<string, number> => ({
    keys: this.keys,
    operations: this.operations,
    "keys undecided?": this.undecided,
  });

  private addLine({ node, requests, closedUs }: Line, history: NodeHistory): void {
    let db = 0;
    for (const request of requests.values()) {
      if (request.to === NEVER)
        request.to = Math.min(this.endAfter(node, request.from), Math.max(closedUs, request.from));
      const meaning = this.add({ node, history }, request, db);
      if (meaning.is === "select") ({ db } = meaning);
    }
  }

  private endAfter(node: number, fromUs: number): number {
    return this.ends.get(node)?.find((end) => end.fromUs >= fromUs)?.fromUs ?? NEVER;
  }

  private add(
    { node, history }: { readonly node: number; readonly history: NodeHistory },
    request: Request,
    db: number,
  ): Meaning {
    const { words, reply, protocol, from, to } = request;
    const meaning = meaningOf(words, reply, protocol, db);
    const isUnknown = reply === undefined;
    switch (meaning.is) {
      case "steps":
        for (const each of meaning.steps) addStep(keyHistory(history, db, each.key), each, request);
        break;
      case "flush": {
        const shown = `${request.shown} ${quoted(words.join(" "))}`;
        const operation = { from, to, isOptional: isUnknown, step: () => undefined, shown };
        history.flushes.push({ db: meaning.db, operation });
        break;
      }
      case "spoils":
        for (const key of meaning.keys) {
          if (meaning.inAllDatabases) history.spoiltEverywhere.add(key);
          else history.spoilt.add(`${db} ${key}`);
        }
        break;
      case "spoils-databases":
        for (const each of meaning.databases) history.spoiltDatabases.add(each);
        break;
      case "spoils-all":
        history.isSpoilt = true;
        break;
      case "limits-memory":
        this.limited.add(node);
        if (words.some((word) => word.toLowerCase().startsWith("allkeys"))) this.evicting.add(node);
        break;
    }
    return meaning;
  }

  private addEnds(node: number, history: NodeHistory): void {
    for (const { fromUs, toUs } of this.ends.get(node) ?? []) {
      const shown = `node ${node} went down`;
      const operation = { from: fromUs, to: toUs, isOptional: false, step: () => undefined, shown };
      history.flushes.push({ db: undefined, operation });
    }
  }

  private judgeNode(node: number, history: NodeHistory): void {
    for (const [place, { name, operations, register }] of history.keys) {
      const db = Number(place.slice(0, place.indexOf(" ")));
      if (history.spoilt.has(place) || history.spoiltEverywhere.has(name)) continue;
      if (history.spoiltDatabases.has(db)) continue;
      const flushes = history.flushes.filter((flush) => flush.db === undefined || flush.db === db);
      const all = [...operations, ...flushes.map(({ operation }) => operation)];
      this.keys++;
      this.operations += operations.length;
      const fault = this.faultOf(
        all,
        flushes.length === 0 && register.length === operations.length ? register : [],
      );
      if (fault === undefined) continue;
      const text = `node ${node}, db ${db}, key ${quoted(name)}, ${operations.length} operations: ${fault}`;
      this.context.report({ kind: "no order explains the answers", text });
      return;
    }
  }

  private faultOf(
    operations: readonly Operation[],
    register: readonly RegisterOperation[],
  ): string | undefined {
    if (register.length > 0 && hasUniqueValues(register)) return registerFault(register, undefined);
    const verdict = linearize(operations);
    if (verdict.is === "undecided") this.undecided++;
    if (verdict.is !== "violation") return undefined;
    const last = verdict.placed.slice(-5).map(showOperation).join("; ");
    return `${showOperation(verdict.stuck)} fits nowhere; the longest order ends ${last === "" ? "at once" : last}`;
  }
}

function historyOf(nodes: Map<number, NodeHistory>, node: number): NodeHistory {
  let history = nodes.get(node);
  if (history === undefined) {
    const keys = new Map<string, KeyHistory>();
    history = {
      keys,
      spoilt: new Set(),
      spoiltEverywhere: new Set(),
      spoiltDatabases: new Set(),
      isSpoilt: false,
      flushes: [],
    };
    nodes.set(node, history);
  }
  return history;
}

function keyHistory({ keys }: NodeHistory, db: number, name: string): KeyHistory {
  const place = `${db} ${name}`;
  let key = keys.get(place);
  if (key === undefined) {
    key = { name, operations: [], register: [] };
    keys.set(place, key);
  }
  return key;
}

function addStep(history: KeyHistory, each: KeyStep, { words, shown: who, from, to, reply }: Request): void {
  const isOptional = reply === undefined || each.isOptional === true;
  const answer = reply === undefined ? "unknown" : quoted(reply, 60);
  const shown = `${who} ${quoted(words.join(" "), 80)} -> ${answer}`;
  history.operations.push({ from, to, isOptional, step: each.step, shown });
  if (each.wrote !== undefined) {
    history.register.push({ is: "write", value: each.wrote, from, to, isOptional, shown });
  } else if (each.read !== undefined && !isOptional) {
    history.register.push({ is: "read", value: each.read.value, from, to, shown });
  }
}

// The register's test takes an optional write for one without end; one that ended with its node is for the search.
function hasUniqueValues(register: readonly RegisterOperation[]): boolean {
  const values = new Set<string | undefined>();
  for (const { is, value, isOptional, to } of register) {
    if (is === "read") continue;
    if (values.has(value) || (isOptional === true && to !== NEVER)) return false;
    values.add(value);
  }
  return true;
}

function showOperation({ shown, from, to }: Operation): string {
  return `${shown} [${from}..${to === NEVER ? "" : to} us]`;
}
