// Oracle: a second, naive server that is asked the same questions as the one on trial.
//
// Role: finds the command, applies what stands before every command (existence, arity, protection, password), and
// runs it on the model. compare.ts judges the server's answer against the reply that is returned.
// Invariant: equal sequences of calls give equal replies; nothing here reads a clock or draws chance.

import type { OracleCommand } from "./command.ts";
import { endCaching } from "./commands/connection/tracking.ts";
import { keyspaceCommands, oracleCommands } from "./commands/registry.ts";
import { scriptSession } from "./commands/scripting/script-run.ts";
import { directiveDefaults, isDirective } from "./commands/server/directives.ts";
import { exec, runTransaction } from "./commands/transactions/exec.ts";
import { neverQueued, refusedInMulti } from "./commands/transactions/queueing.ts";
import { arityError, errors, monitorKeyspace, noAuth, unknownCommand, unknownSubcommand } from "./errors.ts";
import { type Database, Model, type ModelOptions, type Session } from "./model.ts";
import { error, nothing, type Reply, simple } from "./reply.ts";
import { isLimited, noSubscriptions } from "./subscriptions.ts";
import { endTransaction, tell } from "./transactions.ts";
import { type Denial, defaultUser, denialOf, isLoginRequired, setDefaultPassword } from "./users.ts";
import { mayWait, refusedOrOver } from "./waiting.ts";

export type OracleOptions = ModelOptions & {
  /** Directives that the server was started with; names that Redis does not have are the server's own. */
  readonly config?: Readonly<Record<string, string>>;
};

export type Removal = "expired" | "evicted";

type Found = {
  readonly command: OracleCommand;
  readonly subcommands: Map<string, OracleCommand> | undefined;
  /** It runs other commands. */
  readonly isCaller: boolean;
};

// Commands that a client without a password may run.
const withoutPassword: ReadonlySet<string> = new Set(["auth", "hello", "quit", "reset"]);

// What a subscriber may call in RESP2.
const forSubscribers: ReadonlySet<string> = new Set([
  ...["subscribe", "psubscribe", "ssubscribe", "unsubscribe", "punsubscribe", "sunsubscribe"],
  ...["ping", "quit", "reset"],
]);

const queued = simple("QUEUED");

/** Commands that run other commands. */
const callers: ReadonlySet<string> = new Set([
  ...["exec", "eval", "eval_ro", "evalsha", "evalsha_ro", "fcall", "fcall_ro"],
]);

/** Both usual spellings of each name, so that these need no lower-casing. */
const byName: ReadonlyMap<string, Found> = foundByName();

export class Oracle {
  readonly model: Model;
  private readonly expired: { readonly db: number; readonly key: string }[] = [];

  constructor(options: OracleOptions = {}) {
    this.model = new Model(options);
    for (const [name, value] of directiveDefaults) this.model.config.set(name, value);
    for (const [name, value] of Object.entries(options.config ?? {})) {
      this.model.config.set(name, value);
      this.model.setByClients.add(name);
      if (!isDirective(name)) this.model.ownDirectives.add(name);
    }
    this.model.config.set("databases", `${this.model.databases.length}`);
    setDefaultPassword(this.model, this.model.directive("requirepass"));
    this.model.hasLatencySamples = this.model.directive("latency-monitor-threshold") !== "0";
  }

  /** The session of a client, begun at the first call for it. */
  session(id: number): Session {
    const known = this.model.sessions.get(id);
    if (known !== undefined) return known;
    const session: Session = {
      id,
      db: 0,
      protocol: 2,
      name: "",
      libraryName: "",
      libraryVersion: "",
      isAuthenticated: !isLoginRequired(this.model),
      user: "default",
      replyMode: "on",
      isNoTouch: false,
      isMonitor: false,
      serverId: undefined,
      transaction: undefined,
      isInExec: false,
      isScript: false,
      script: undefined,
      watches: [],
      isTouched: false,
      subscriptions: noSubscriptions(),
    };
    this.model.sessions.set(id, session);
    return session;
  }

  /** The client is gone. */
  forget(id: number): void {
    const session = this.model.sessions.get(id);
    if (session !== undefined) this.model.watching.delete(session);
    this.model.sessions.delete(id);
  }

  /**
   * The server removed a key by itself. An eviction is believed; an expiry only if the time was over by the next
   * command's clock, so that a key removed too early still shows.
   */
  removed(db: number, key: string, why: Removal): void {
    if (why === "evicted") this.model.delete(db, key);
    else this.expired.push({ db, key });
  }

  /** What the server must answer, after the model has changed as the command says. */
  execute(client: number, words: readonly string[], nowMs: number): Reply {
    const reply = this.executeRequest(client, words, nowMs);
    const session = this.model.sessions.get(client);
    if (session?.tracking !== undefined && !this.isOfClient(words)) endCaching(session);
    return reply;
  }

  // Whether it is a command about clients, which leave CLIENT CACHING as it is.
  private isOfClient(words: readonly string[]): boolean {
    const command = this.commandOf(words);
    return typeof command !== "string" && command.name.startsWith("client|");
  }

  private executeRequest(client: number, words: readonly string[], nowMs: number): Reply {
    const found = foundBy(words);
    const session = this.begin(client, nowMs, found?.isCaller === true);
    const isMuted = session.replyMode !== "on";
    if (found?.command === exec && words.length === 1 && this.mayRunTransaction(session))
      return runTransaction(this.model, session, (kept) => this.runKept(session, kept));
    const reply = this.answer(session, words, found);
    if (!isMuted && session.replyMode === "on") return reply;
    // What the server chose, and so what it has changed (SPOP), nobody is told.
    if (reply.kind === "chosen" && words[1] !== undefined) {
      this.model.inDoubt.push({ db: session.db, key: words[1] });
      if (words[0]?.toLowerCase() === "function") this.model.areLibrariesKnown = false;
    }
    return this.afterMuted(session, reply);
  }

  /**
   * As `execute`, of a call that EXEC runs, where the server tells of these one by one and of EXEC after them; `actual` is
   * what it answered. EXEC itself, executed next, then runs nothing and expects these replies together.
   */
  inner(client: number, words: readonly string[], nowMs: number, actual: string): Reply {
    const session = this.begin(client, nowMs);
    if (session.transaction !== undefined) tell(this.model, session, { words, reply: actual });
    session.isInExec = true;
    const reply = this.runKept(session, words);
    session.isInExec = false;
    return reply;
  }

  /**
   * As `execute`, of a call that a script makes, where the server tells of these, before EVAL or FCALL itself. `protocol`:
   * in which the script gets its replies. A call that the script was refused is not told.
   */
  scripted(client: number, words: readonly string[], nowMs: number, protocol: 2 | 3): Reply {
    this.begin(client, nowMs);
    const script = this.scriptOf(client, protocol);
    const command = this.commandOf(words);
    // What its user may not do was refused, and is not told.
    const denial =
      typeof command === "string" ? undefined : this.denialOf(this.session(client), words, command);
    return denial === undefined
      ? this.runAllowed(script, words)
      : error(errors.noPermFromScript(denial.kind));
  }

  /** The session of the script that a client runs, begun at its first call. */
  scriptOf(client: number, protocol: 2 | 3): Session {
    const caller = this.session(client);
    caller.script ??= scriptSession(caller);
    caller.script.protocol = protocol;
    return caller.script;
  }

  private begin(client: number, nowMs: number, runsOthers = false): Session {
    const { model } = this;
    model.nowMs = nowMs;
    if (nowMs > model.latestMs) model.latestMs = nowMs;
    // A server tells of a removal before it answers: between the calls of one EXEC the key may still have been counted.
    if (this.expired.length > 0 && !runsOthers) this.dropExpired();
    const session = model.sessions.get(client) ?? this.session(client);
    model.isTouching = !session.isNoTouch;
    return session;
  }

  // Of one whose calls have been told it is known that it might; they may have changed that meanwhile.
  private mayRunTransaction(session: Session): boolean {
    const { transaction } = session;
    if (transaction === undefined) return false;
    return transaction.toldFrom !== undefined || this.denialOf(session, ["exec"], exec) === undefined;
  }

  // What may be refused was refused when it was kept, but for what its user may not do any more.
  private runKept(session: Session, words: readonly string[]): Reply {
    const command = this.commandOf(words);
    const denial = typeof command === "string" ? undefined : this.denialOf(session, words, command);
    return denial === undefined ? this.runAllowed(session, words) : error(errors.noPermAtExec(denial.kind));
  }

  private denialOf(session: Session, words: readonly string[], { name }: OracleCommand): Denial | undefined {
    return denialOf(this.model.users.get(session.user) ?? defaultUser(), name, words);
  }

  private runAllowed(session: Session, words: readonly string[]): Reply {
    const { model } = this;
    model.isTouching = !session.isNoTouch;
    const command = this.commandOf(words);
    if (command === undefined || typeof command === "string") return error(unknownCommand(words));
    const reply = command.run({ model, session, words });
    const { replyMode } = session;
    return replyMode === "off" || replyMode === "skip" ? nothing : reply;
  }

  private answer(session: Session, words: readonly string[], found: Found | undefined): Reply {
    const command = this.commandOf(words, found);
    const refusal = typeof command === "string" ? command : this.refusalOf(session, words, command);
    const { transaction } = session;
    if (refusal !== undefined || typeof command === "string") {
      if (transaction === undefined && command !== exec) {
        const isWaiting = typeof command !== "string" && mayWait.has(command.name);
        return isWaiting && /^NOPERM /.test(refusal ?? "")
          ? refusedOrOver(refusal ?? "")
          : error(refusal ?? "");
      }
      if (command === exec) {
        // An EXEC that is refused ends the transaction.
        endTransaction(this.model, session);
        return error(errors.execAbortBecause((refusal ?? "").replace(/^ERR /, "")));
      }
      if (transaction !== undefined) transaction.isRefused = true;
      return error(refusal ?? "");
    }
    if (transaction === undefined || neverQueued.has(command.name))
      return command.run({ model: this.model, session, words });
    transaction.calls.push(words);
    return queued;
  }

  // The command or subcommand that is called, or why there is none.
  private commandOf(words: readonly string[], found = foundBy(words)): OracleCommand | string {
    if (found === undefined) return unknownCommand(words);
    const { command } = found;
    if (found.subcommands !== undefined && words.length > 1) {
      const subcommand = found.subcommands.get((words[1] as string).toLowerCase());
      return subcommand ?? unknownSubcommand(words);
    }
    return command;
  }

  private refusalOf(session: Session, words: readonly string[], command: OracleCommand): string | undefined {
    const { arity } = command;
    if (arity > 0 ? words.length !== arity : words.length < -arity) return arityError(command.name);
    const refusal = command.isProtected?.(this.model);
    if (refusal !== undefined) return refusal;
    if (!session.isAuthenticated && !withoutPassword.has(command.name) && isLoginRequired(this.model)) {
      return noAuth;
    }
    if (session.transaction !== undefined && refusedInMulti.has(command.name)) return errors.noMulti;
    const denial = this.denialOf(session, words, command);
    if (denial !== undefined) {
      if (denial.kind === "command") return errors.noPermCommand(command.name);
      return denial.kind === "key" ? errors.noPermKey : errors.noPermChannel;
    }
    if (isLimited(session) && !forSubscribers.has(command.name)) return errors.subscriberOnly(command.name);
    if (session.isMonitor && keyspaceCommands.has(command.name)) return monitorKeyspace;
    return undefined;
  }

  // A reply that follows CLIENT REPLY OFF or SKIP, or that very command: only one that left the mode "on" is sent.
  private afterMuted(session: Session, reply: Reply): Reply {
    switch (session.replyMode) {
      case "on":
        return reply;
      case "skip":
        session.replyMode = "on";
        return nothing;
      case "skip-next":
        session.replyMode = "skip";
        return nothing;
      default:
        return nothing;
    }
  }

  private dropExpired(): void {
    for (const { db, key } of this.expired) {
      const database = this.model.databases[db] as Database;
      if (this.model.get(db, key) === undefined) database.delete(key);
    }
    this.expired.length = 0;
  }
}

function foundBy(words: readonly string[]): Found | undefined {
  const name = words[0] ?? "";
  return byName.get(name) ?? byName.get(name.toLowerCase());
}

function foundByName(): Map<string, Found> {
  const found = new Map<string, Found>();
  for (const command of oracleCommands.values()) {
    const [name = "", subname] = command.name.split("|");
    if (subname !== undefined) {
      found.get(name)?.subcommands?.set(subname, command);
      continue;
    }
    const subcommands = command.isContainer === true ? new Map<string, OracleCommand>() : undefined;
    const each: Found = { command, subcommands, isCaller: callers.has(name) };
    found.set(name, each);
    found.set(name.toUpperCase(), each);
  }
  return found;
}
