// Shadow: the oracle beside a live server. It follows every request and compares every answer it can vouch for.
//
// Role: an observer (src/env/observer.ts). It changes nothing that a client sees: it is told after the fact, never
// throws, and an internal failure is counted, logged once and ends it.
//
// A request takes one of these ways:
//   compared    the oracle runs it, and the server's reply must be one that the oracle allows
//   applied     the oracle runs it, but its reply is too large to be looked at
//   passed over the oracle does not run it; keys that it may have changed are then unknown (knowledge.ts) until
//               something rewrites them: keys beside the sample, too large a value, no room, a command it lacks
//
// No false alarm is worth more than one more comparison: where in doubt it passes over.
// Invariant: memory is bounded: by `keysMax` keys, as many names of unknown keys, VALUE_BYTES_MAX and ELEMENTS_MAX
// for a value, and the journal's bounds.

import type { Executed, Observer, RemovalReason, TextOf } from "../../src/env/observer.ts";
import { oracleCommands } from "../commands/registry.ts";
import { matches } from "../compare.ts";
import type { Session } from "../model.ts";
import { Oracle } from "../oracle.ts";
import type { Reply } from "../reply.ts";
import { takeUsers } from "../users.ts";
import { type CallFacts, type FactsOf, keysOf } from "./facts.ts";
import { Journal, lineOf } from "./journal.ts";
import { Knowledge } from "./knowledge.ts";
import { isLargeEntry, isTooLarge } from "./sizes.ts";

/** Commands over a whole database of more keys are not compared. */
export const WHOLE_KEYS_MAX = 20_000;
const MEASURE_EVERY = 256;

export type ShadowOptions = {
  readonly databases: number;
  /** Directives the server was started with, by name, as CONFIG GET shows them. */
  readonly config: Readonly<Record<string, string>>;
  /** One key in `oneIn` is followed; 1: all. */
  readonly oneIn: number;
  /** Most keys the model may hold. */
  readonly keysMax: number;
  /** Users of the configuration or of the ACL file as they are now: the name of each, and its rules. */
  readonly users?: () => readonly (readonly string[])[];
  readonly factsOf: FactsOf;
  readonly log: (text: string) => void;
  readonly textOf?: TextOf;
  /** Adds a line to the file of differences. */
  readonly writeDifference?: (line: string) => void;
};

type Skip = "unsampled" | "tainted" | "large" | "full" | "memory" | "exempt" | "transaction" | "refused";

// What a transaction runs is told request by request, so the oracle need not know of transactions.
const transactional: ReadonlySet<string> = new Set(["multi", "exec", "discard", "watch", "unwatch"]);

// Refusals that precede every command and depend on what the oracle is not told.
const gateRefusal =
  /^-(?:NOPERM|LOADING|BUSY|MISCONF|READONLY|NOREPLICAS|MASTERDOWN|EXECABORT|ERR Can't execute '|ERR Command not allowed inside a transaction)/;

// Commands that need a look before the oracle runs them, beside those over a whole database.
const guarded: ReadonlySet<string> = new Set([
  "append",
  "setrange",
  "setbit",
  "bitfield",
  "lcs",
  "config|set",
]);

// Whose keys do not matter: their calls are told one by one.
const scripting: ReadonlySet<string> = new Set([
  ...["eval", "eval_ro", "evalsha", "evalsha_ro", "fcall", "fcall_ro"],
  ...["script|load", "function|load", "function|restore"],
]);

// Whose answers depend on keys that they do not name, beside those that the command table says it of.
const readsWhole: ReadonlySet<string> = new Set(["info", "debug", "memory|stats", "memory|doctor"]);

export class Shadow implements Observer {
  operations = 0;
  compared = 0;
  failures = 0;
  untold = 0;
  readonly oneIn: number;
  readonly textOf?: TextOf;
  readonly journal: Journal;
  readonly skipped: Record<Skip, number> = {
    unsampled: 0,
    tainted: 0,
    large: 0,
    full: 0,
    memory: 0,
    exempt: 0,
    transaction: 0,
    refused: 0,
  };
  private readonly options: ShadowOptions;
  private readonly oracle: Oracle;
  private readonly knowledge: Knowledge;
  private readonly specials = new Map<CallFacts, boolean>();
  private isSampled: (key: string) => boolean = () => true;
  private isOff = false;
  /** The model holds as many keys as it may. */
  private isFull = false;
  private hasMaxmemory = false;

  constructor(options: ShadowOptions) {
    this.options = options;
    this.oneIn = options.oneIn;
    if (options.textOf !== undefined) this.textOf = options.textOf;
    this.oracle = new Oracle({
      databases: options.databases,
      config: options.config,
      isToldOfScripts: true,
    });
    this.readUsers();
    // An EVAL of which nothing is sampled is not told.
    this.oracle.model.areScriptsKnown = options.oneIn === 1;
    this.knowledge = new Knowledge(this.oracle.model, options.keysMax);
    this.journal = new Journal({
      factsOf: options.factsOf,
      log: options.log,
      write: options.writeDifference,
    });
    this.readDirectives();
  }

  samples(has: (key: string) => boolean): void {
    this.isSampled = has;
  }

  connected(client: number): void {
    if (!this.isOff) this.oracle.session(client);
  }

  disconnected(client: number): void {
    if (!this.isOff) this.oracle.forget(client);
  }

  executed(request: Executed): void {
    if (this.isOff) return;
    this.operations++;
    try {
      this.follow(request);
    } catch (error) {
      this.switchOff(request, error);
    }
  }

  removed(db: number, key: string, why: RemovalReason): void {
    if (this.isOff) return;
    this.knowledge.learn(db, key);
    if (this.oracle.model.databases[db]?.has(key) === true) this.oracle.removed(db, key, why);
  }

  loaded(): void {
    if (!this.isOff) this.knowledge.forgetAll();
  }

  /** What INFO shows, in order. */
  figures(): readonly (readonly [field: string, value: string | number])[] {
    const { last } = this.journal;
    const { skipped, knowledge } = this;
    return [
      ["oracle_enabled", this.isOff ? 0 : 1],
      ["oracle_sample", this.oneIn === 1 ? "1" : `1/${this.oneIn}`],
      ["oracle_operations", this.operations + this.untold],
      ["oracle_compared", this.compared],
      ["oracle_differences", this.journal.differenceCount],
      ["oracle_skipped_unsampled", skipped.unsampled + this.untold],
      ["oracle_skipped_tainted", skipped.tainted],
      ["oracle_skipped_large", skipped.large],
      ["oracle_skipped_full", skipped.full],
      ["oracle_skipped_memory", skipped.memory],
      ["oracle_skipped_exempt", skipped.exempt],
      ["oracle_skipped_transaction", skipped.transaction],
      ["oracle_skipped_refused", skipped.refused],
      ["oracle_model_keys", this.modelKeys],
      ["oracle_tainted_keys", knowledge.unknownNames],
      ["oracle_open_databases", knowledge.openDatabases],
      ["oracle_failures", this.failures],
      ["oracle_last_difference_ms", last?.nowMs ?? 0],
      ["oracle_last_difference", last === undefined ? "" : `${lineOf(last.words)}: ${last.reason}`],
    ];
  }

  private follow(request: Executed): void {
    const { words, transaction, reply } = request;
    this.journal.saw(request);
    if (transaction === "queued") return this.passOver(request, "transaction");
    if (transaction === "inner") return this.followInner(request);
    if (isError(reply) && gateRefusal.test(reply)) return this.passOver(request, "refused");
    this.followOne(request, words);
  }

  // CLIENT REPLY SKIP keeps back the reply of EXEC as a whole.
  private followInner(request: Executed): void {
    const session = this.oracle.session(request.client);
    const isSkipping = session.replyMode === "skip";
    this.followOne(request, request.words);
    if (isSkipping) session.replyMode = "skip";
  }

  private followOne(request: Executed, words: readonly string[]): void {
    if (this.operations % MEASURE_EVERY === 0) this.isFull = this.modelKeys >= this.options.keysMax;
    const facts = this.options.factsOf(words);
    const isSimple =
      this.oneIn === 1 &&
      this.knowledge.isComplete &&
      !this.isFull &&
      !this.hasMaxmemory &&
      !request.isRequestCut &&
      !request.isReplyCut;
    if (isSimple && (facts === undefined || !this.isSpecial(facts))) this.compare(request, facts);
    else if (facts === undefined) this.followUnknown(request);
    else this.followCarefully(request, facts);
  }

  private compare(request: Executed, facts: CallFacts | undefined): void {
    const { words, reply, protocol } = request;
    const expected = this.perform(request, words);
    this.compared++;
    const reason = matches(expected, reply, protocol);
    if (this.oracle.model.inDoubt.length > 0) this.forgetDoubtful();
    if (reason === undefined) return;
    this.journal.differs(request, expected, reason);
    // Who is right is for people to find out; until then nothing is claimed of these keys.
    if (facts !== undefined) this.forgetKeys(facts, words, this.sessionOf(request).db);
  }

  private perform(
    { client, nowMs, reply, protocol, transaction }: Executed,
    words: readonly string[],
  ): Reply {
    if (transaction === "inner") return this.oracle.inner(client, words, nowMs, reply);
    if (transaction === "script") return this.oracle.scripted(client, words, nowMs, protocol);
    return this.oracle.execute(client, words, nowMs);
  }

  // No such command: an error, which quotes the request.
  private followUnknown(request: Executed): void {
    if (request.isRequestCut || request.isReplyCut) this.passOver(request, "large");
    else this.compare(request, undefined);
  }

  private readUsers(): void {
    const users = this.options.users?.() ?? [];
    if (users.length > 0) takeUsers(this.oracle.model, users);
  }

  private followCarefully(request: Executed, facts: CallFacts): void {
    const { words, reply } = request;
    const { db, replyMode } = this.sessionOf(request);
    const isRefused = isError(reply);
    if (this.hasMaxmemory) {
      // Between MULTI and EXEC any command may be refused for it.
      if (reply.startsWith("-OOM ")) return this.passOver(request, "memory");
      // Whether a muted command was refused cannot be seen.
      if (replyMode !== "on" && facts.isDenyOom) return this.passOverKeys(request, facts, "memory");
    }
    if (transactional.has(facts.name)) return this.passOver(request, "transaction");
    if (scripting.has(facts.name)) return this.followScript(request, facts);
    const isUnclear = facts.name === "debug" && /^(populate|reload|loadaof|flushall)$/i.test(words[1] ?? "");
    if (isUnclear || !oracleCommands.has(facts.name)) return this.followExempt(request, facts);
    if (facts.isWhole || readsWhole.has(facts.name)) return this.followWhole(request, facts);
    const keys = keysOf(facts, words);
    if (keys.length === 0) {
      if (request.isRequestCut || request.isReplyCut) return this.passOverKeys(request, facts, "large");
      this.compare(request, facts);
      if (facts.name === "config|set") this.readDirectives();
      if (facts.name === "acl|load" && !isRefused) this.readUsers();
      return;
    }
    const sampled = this.oneIn === 1 ? keys : keys.filter(this.isSampled);
    if (sampled.length === 0) return this.passOver(request, "unsampled");
    if (request.isRequestCut) return this.passOverKeys(request, facts, "large");
    const dbs = databasesOf(facts.name, words, db);
    const isKnown = sampled.every((key) => dbs.every((each) => this.knowledge.isKnown(each, key)));
    if (!isKnown || sampled.length < keys.length) {
      this.followUncertain(request, facts, keys, sampled);
      return;
    }
    if (!isRefused && isTooLarge(this.oracle.model, db, { name: facts.name, words }))
      return this.passOverKeys(request, facts, "large");
    if (!isRefused && facts.isWrite && this.isFull && !this.areInModel(dbs, keys)) {
      for (const each of dbs) this.knowledge.open(each);
      return this.passOverKeys(request, facts, "full");
    }
    if (!request.isReplyCut) this.compare(request, facts);
    else if (facts.isWrite) {
      this.perform(
        { ...request, transaction: request.transaction === "script" ? "script" : undefined },
        words,
      ); // Its reply is too long to be looked at.
      this.skipped.large++;
    } else this.passOverKeys(request, facts, "large");
    if (facts.isWrite) for (const each of dbs) for (const key of keys) this.forgetIfLarge(each, key);
  }

  // A command that the oracle does not know, or one of DEBUG that changes keys.
  private followExempt(request: Executed, facts: CallFacts): void {
    const mayChange = facts.isWrite || facts.name === "debug";
    if (mayChange && !isError(request.reply) && keysOf(facts, request.words).length === 0) {
      this.knowledge.forgetAll();
    }
    this.passOverKeys(request, facts, "exempt");
  }

  // What a script does is told call by call; of the rest only which scripts there are is followed.
  private followScript(request: Executed, facts: CallFacts): void {
    if (!request.isRequestCut && !request.isReplyCut) return this.compare(request, facts);
    const { model } = this.oracle;
    model.areScriptsKnown = false;
    this.oracle.session(request.client).script = undefined;
    this.passOver(request, "large");
  }

  private followWhole(request: Executed, facts: CallFacts): void {
    const { words } = request;
    const { knowledge, oracle } = this;
    const { databases } = oracle.model;
    const { db } = this.sessionOf(request);
    if (!facts.isWrite) {
      if (this.oneIn > 1 || !knowledge.isComplete) return this.passOver(request, "tainted");
      const isLarge = request.isReplyCut || this.modelKeys > WHOLE_KEYS_MAX;
      if (isLarge || request.isRequestCut) return this.passOver(request, "large");
      return this.compare(request, facts);
    }
    if (request.isRequestCut || request.isReplyCut) return this.passOver(request, "large"); // None such succeeds.
    this.compare(request, facts);
    if (isError(request.reply)) return;
    if (facts.name === "swapdb") {
      const [a, b] = [Number(words[1]), Number(words[2])];
      if (databases[a] !== undefined && databases[b] !== undefined) knowledge.swap(a, b);
      return;
    }
    // A muted client's reply says nothing: that it was emptied is read off the model.
    for (const [each, database] of databases.entries()) {
      if ((facts.name === "flushall" || each === db) && database.size === 0) knowledge.learnEmpty(each);
    }
  }

  // Some of its keys are unknown, or not sampled: what it says is not compared, unless it replaces them anyway.
  private followUncertain(
    request: Executed,
    facts: CallFacts,
    keys: readonly string[],
    sampled: readonly string[],
  ): void {
    const { words, reply, nowMs } = request;
    const session = this.sessionOf(request);
    if (isError(reply)) return this.passOver(request, "tainted");
    const { db } = session;
    if (replacesKeys(facts.name, words) && !this.isFull) {
      if (sampled.length === keys.length) this.compare(request, facts);
      else {
        this.applyTo(new Set(sampled), request);
        this.consumeSkip(session);
      }
      for (const key of sampled) this.knowledge.learn(db, key);
      return;
    }
    if (facts.name === "del" || facts.name === "unlink") {
      this.oracle.model.nowMs = nowMs;
      for (const key of sampled) {
        this.oracle.model.delete(db, key);
        this.knowledge.learn(db, key);
      }
      return this.passOver(request, "tainted");
    }
    this.passOverKeys(request, facts, sampled.length < keys.length ? "unsampled" : "tainted");
  }

  // MSET of which only some keys are followed.
  private applyTo(sampled: ReadonlySet<string>, request: Executed): void {
    const { words } = request;
    const own = [words[0] as string];
    for (let i = 1; i + 1 < words.length; i += 2) {
      if (sampled.has(words[i] as string)) own.push(words[i] as string, words[i + 1] as string);
    }
    const session = this.sessionOf(request);
    const { replyMode } = session;
    this.perform({ ...request, transaction: request.transaction === "script" ? "script" : undefined }, own);
    session.replyMode = replyMode;
    this.skipped.unsampled++;
  }

  // The request is not followed; what it may have changed is unknown from now on.
  private passOverKeys(request: Executed, facts: CallFacts, why: Skip): void {
    const { words } = request;
    const { db } = this.sessionOf(request);
    this.passOver(request, why);
    if (isError(request.reply)) return;
    const keys = keysOf(facts, words);
    const dbs = databasesOf(facts.name, words, db);
    if (!facts.isWrite) {
      // Their time of access is not known any more.
      for (const key of keys) {
        const entry = this.oracle.model.databases[db]?.get(key);
        if (entry !== undefined) entry.accessSeconds = undefined;
      }
      return;
    }
    if (request.isRequestCut && keys.includes("")) this.knowledge.forgetAll();
    else this.forgetKeys(facts, words, db, dbs);
  }

  private passOver(request: Executed, why: Skip): void {
    this.skipped[why]++;
    this.consumeSkip(this.sessionOf(request));
  }

  // The client's, or that of the script that it runs.
  private sessionOf({ client, protocol, transaction }: Executed): Session {
    return transaction === "script" ? this.oracle.scriptOf(client, protocol) : this.oracle.session(client);
  }

  // CLIENT REPLY SKIP holds for one request, also for one that the oracle does not run.
  private consumeSkip(session: Session): void {
    if (session.replyMode === "skip") session.replyMode = "on";
    else if (session.replyMode === "skip-next") session.replyMode = "skip"; // EXEC ran CLIENT REPLY SKIP.
  }

  private forgetKeys(
    facts: CallFacts,
    words: readonly string[],
    db: number,
    dbs: readonly number[] = databasesOf(facts.name, words, db),
  ): void {
    for (const key of keysOf(facts, words)) {
      if (!this.isSampled(key)) continue;
      for (const each of dbs) this.knowledge.forget(each, key);
    }
  }

  // Keys of which the reply left open what they hold.
  private forgetDoubtful(): void {
    for (const { db, key } of this.oracle.model.inDoubt.splice(0)) this.knowledge.forget(db, key);
  }

  private forgetIfLarge(db: number, key: string): void {
    const entry = this.oracle.model.databases[db]?.get(key);
    if (entry !== undefined && isLargeEntry(entry)) this.knowledge.forget(db, key);
  }

  private areInModel(dbs: readonly number[], keys: readonly string[]): boolean {
    const { databases } = this.oracle.model;
    return dbs.every((db) => keys.every((key) => databases[db]?.has(key) === true));
  }

  private isSpecial(facts: CallFacts): boolean {
    const known = this.specials.get(facts);
    if (known !== undefined) return known;
    const { name, isWhole } = facts;
    const isSpecial =
      isWhole ||
      guarded.has(name) ||
      readsWhole.has(name) ||
      transactional.has(name) ||
      !oracleCommands.has(name);
    this.specials.set(facts, isSpecial);
    return isSpecial;
  }

  private get modelKeys(): number {
    let count = 0;
    for (const database of this.oracle.model.databases) count += database.size;
    return count;
  }

  private readDirectives(): void {
    const maxmemory = this.oracle.model.directive("maxmemory");
    this.hasMaxmemory = maxmemory !== "" && maxmemory !== "0";
  }

  private switchOff(request: Executed, error: unknown): void {
    this.failures++;
    this.isOff = true;
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.options.log(
      `Shadow oracle: switched off, it failed at ${lineOf(request.words.slice(0, 1))}: ${why}`,
    );
    for (const database of this.oracle.model.databases) database.clear();
  }
}

function isError(reply: string): boolean {
  return reply.charCodeAt(0) === 45;
}

// Which databases a command's keys lie in: MOVE and COPY name a second one.
function databasesOf(name: string, words: readonly string[], db: number): readonly number[] {
  let other = Number.NaN;
  if (name === "move") other = Number(words[2]);
  if (name === "copy") {
    for (let i = 3; i + 1 < words.length; i++)
      if (words[i]?.toLowerCase() === "db") other = Number(words[i + 1]);
  }
  return Number.isInteger(other) && other !== db ? [db, other] : [db];
}

// Whether a call that succeeds makes its keys what it says, whatever they were.
function replacesKeys(name: string, words: readonly string[]): boolean {
  if (name === "setex" || name === "psetex" || name === "mset") return true;
  if (name !== "set") return false;
  return !words.some((word, i) => i > 2 && /^(nx|xx|get|keepttl)$/i.test(word));
}
