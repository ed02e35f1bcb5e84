// Executor: runs one request of one client. Every path to a command passes here, and here is the one gate:
// unknown command, arity, protected commands, login and permissions, memory, pause; then the coordinator.
// Who may run everything, as most may, is asked for permissions by one field (acl/acl.ts).
//
// Time: reading the clock costs as much as a tenth of a GET, so consecutive calls of one O(1) command are timed
// as a run and share its duration evenly. A run ends when the command changes, after RUN_MAX calls, after
// a call with large arguments or a large reply, or at the end of the batch; a run of one call is exact. Any command
// that is not O(1), and every command while the slow log asks for less than PRECISE_BELOW_US, is timed alone.

import { isShownToMonitors, monitorLine } from "../commands/connection/monitor-line.ts";
import type { CommandContext } from "../commands/context.ts";
import type { Command } from "../commands/define.ts";
import { recordLatency } from "../commands/latency-histogram.ts";
import type { CommandTable } from "../commands/registry.ts";
import { mayDebug } from "../commands/server/local-client.ts";
import { Args } from "../resp/args.ts";
import { errors } from "../resp/errors.ts";
import type { ReplyWriter } from "../resp/reply-writer.ts";
import type { Client } from "./client.ts";
import type { Coordinator } from "./coordinator.ts";
import type { Node } from "./node.ts";
import type { Witness } from "./witness.ts";

const RUN_MAX = 16;
const PRECISE_BELOW_US = 1000;
const LARGE_BYTES = 16 * 1024;
const NAME_TEXT_MAX = 128;
const NO_BYTES = new Uint8Array(0);
const QUEUED = "QUEUED";

/** Commands that are not queued between MULTI and EXEC. */
const runsAtOnce: ReadonlySet<string> = new Set(["exec", "discard", "multi", "watch", "quit", "reset"]);

/** Commands of a client that has subscribed and speaks RESP2, where messages and replies cannot be told apart. */
const runsForSubscribers: ReadonlySet<string> = new Set([
  ...["ping", "subscribe", "ssubscribe", "unsubscribe", "sunsubscribe", "psubscribe", "punsubscribe"],
  ...["quit", "reset"],
]);

export type ExecutorParts = {
  readonly node: Node;
  readonly table: CommandTable;
  readonly coordinator: Coordinator;
  readonly reply: ReplyWriter;
  readonly context: CommandContext;
};

export class Executor {
  private readonly node: Node;
  private readonly table: CommandTable;
  private readonly coordinator: Coordinator;
  private readonly reply: ReplyWriter;
  private readonly context: CommandContext & { args: Args };
  private runStartUs = 0;
  private runCount = 0;
  private runCommand: Command | undefined = undefined;
  private isPrecise = false;
  private keepsExpired = false;
  private argsRevision = 0;
  /** The writer's count of errors when one was last counted here. */
  private errorsCounted = 0;
  private readonly queued = new Args(NO_BYTES);
  // Requests of the transaction that is running which have been run; no other begins while a script is suspended.
  private queuedDone = 0;

  constructor(parts: ExecutorParts) {
    this.node = parts.node;
    this.table = parts.table;
    this.coordinator = parts.coordinator;
    this.reply = parts.reply;
    this.context = parts.context;
  }

  /** The command that is running, or ran last. */
  get running(): Command | undefined {
    return this.runCommand;
  }

  /** Begins a batch: the commands of one read of one client. */
  begin(client: Client, nowUs: number): void {
    this.runStartUs = nowUs;
    this.runCount = 0;
    this.runCommand = undefined;
    const slowerThan = this.node.config.slowlogLogSlowerThan;
    this.isPrecise = slowerThan >= 0 && slowerThan < PRECISE_BELOW_US;
    this.context.client = client;
    this.reply.begin(client, client.protocol);
  }

  /** The clock as it was last read in this batch: at its begin, or at the end of a run. */
  get latestUs(): number {
    return this.runStartUs;
  }

  /** Ends a batch at `nowUs`. */
  end(nowUs: number): void {
    this.closeRun(nowUs);
    this.reply.flush();
  }

  /**
   * Runs the request in `args` (at least one argument). False: it was not run, because clients are paused;
   * the caller offers it again later.
   */
  execute(client: Client, args: Args): boolean {
    const { node } = this;
    let command = this.table.find(args.bytes, args.start(0), args.end(0));
    if (command === undefined) {
      if (args.is(0, "post") || args.is(0, "host:")) this.abort(client);
      else this.reject(client, unknownCommand(args), undefined);
      return true;
    }
    if (command.byName.size > 0 && args.count > 1) {
      const subcommand = command.byName.get(args.text(1, NAME_TEXT_MAX).toLowerCase());
      if (subcommand !== undefined) command = subcommand;
      else {
        const name = args.textBeforeNul(1, NAME_TEXT_MAX);
        this.reject(client, errors.unknownSubcommand(name, command.name.toUpperCase()), undefined);
        return true;
      }
    }
    const arity = command.arity;
    if (arity > 0 ? args.count !== arity : args.count < -arity) {
      this.reject(client, errors.arity(command.fullName), command, args);
      return true;
    }
    if (!client.isUnrestricted) {
      const denial = this.denialOf(client, command, args);
      if (denial !== undefined) {
        this.reject(client, denial, command, args);
        return true;
      }
    }
    if (client.isQueueing && command.flags.includes("no_multi")) {
      this.reject(client, errors.noMulti, command);
      return true;
    }
    const refusal = node.refusalOf(command, client, args);
    if (refusal !== undefined) {
      this.reject(client, refusal, command, args);
      return true;
    }
    if (client.isSubscriber && client.protocol === 2 && !runsForSubscribers.has(command.fullName)) {
      this.reject(client, errors.subscriberOnly(command.fullName), command, args);
      return true;
    }
    if (node.isPaused && node.pauses(command, client, args)) {
      client.lastCommand = command.fullName;
      return false;
    }
    if (client.isQueueing && !runsAtOnce.has(command.fullName)) this.queue(client, command, args);
    else this.run(client, command, args);
    return true;
  }

  /** Runs what is queued since MULTI, one by one, with no other client's request in between. */
  runQueued(client: Client, witness: Witness | undefined): void {
    const { node, reply, context, runCommand, runStartUs } = this;
    const { args } = context;
    const revision = args.revision;
    client.transaction.unwatch();
    reply.array(client.transaction.queue.length);
    client.isInExec = true;
    this.queuedDone = 0;
    this.closeRun(node.monotonicUs());
    this.goOnQueued(client, witness);
    // EXEC goes on, and its time is that of all.
    context.args = args;
    this.argsRevision = revision;
    this.runCommand = runCommand;
    this.runStartUs = runStartUs;
    client.lastCommand = "exec";
  }

  /** Goes on with what is queued, behind a request that was suspended. */
  goOnQueued(client: Client, witness: Witness | undefined): void {
    const { node, queued } = this;
    const { transaction } = client;
    const runOne = (command: Command): boolean => {
      if (witness === undefined) this.runInner(client, command, queued);
      else witness.inner(client, queued, () => this.runInner(client, command, queued));
      return !client.isSuspended;
    };
    this.queuedDone = transaction.queue.each(queued, runOne, this.queuedDone);
    this.closeRun(node.monotonicUs());
    queued.reset(NO_BYTES);
    if (client.isSuspended) return;
    client.isInExec = false;
    transaction.discard();
  }

  // Permissions may have changed since the command was queued.
  private runInner(client: Client, command: Command, args: Args): void {
    const denial = client.isUnrestricted ? undefined : this.node.acl.refusal(client, command, args, "exec");
    if (denial === undefined) return this.run(client, command, args);
    this.reply.error(denial);
    this.errorsCounted = this.reply.errorCount;
    this.node.countError(denial);
  }

  // Runs a command that may run now.
  private run(client: Client, command: Command, args: Args): void {
    const { reply, node } = this;
    if (command !== this.runCommand) {
      if (this.runCount > 0) this.closeRun(node.monotonicUs());
      this.runCommand = command;
    }
    if (this.keepsExpired || node.isPaused) this.keepExpired(node.isPaused && !command.isWrite);
    client.totalCommands++;
    client.lastCommand = command.fullName;
    node.stats.commandsProcessed++;
    const errorsBefore = reply.errorCount;
    this.context.args = args;
    this.argsRevision = args.revision;
    // Inside of EXEC a SKIP is EXEC's own, or for what comes after it.
    const { replyMode } = client;
    if (replyMode === "on" || (client.isInExec && replyMode !== "off")) {
      this.coordinator.dispatch(command, this.context);
    } else this.dispatchMuted(client, command);
    if (client.tracksReads) this.node.tracking.executed(client, command, args);
    // What the calls that EXEC ran have counted is not EXEC's own.
    if (reply.errorCount !== errorsBefore && reply.errorCount !== this.errorsCounted) {
      this.errorsCounted = reply.errorCount;
      command.stats.failedCalls++;
      node.countError(reply.lastError);
    }
    if (reply.protocol !== client.protocol) reply.protocol = client.protocol;
    if (node.monitorCount > 0) this.feedMonitors(client, command, args);
    command.stats.calls++;
    this.runCount++;
    if (
      this.isPrecise ||
      !command.isConstantTime ||
      this.runCount === RUN_MAX ||
      reply.position > LARGE_BYTES ||
      args.end(args.count - 1) - args.start(0) > LARGE_BYTES
    ) {
      this.closeRun(node.monotonicUs());
    }
  }

  // While clients are paused the data stays as it is: what may run then removes no expired key either.
  private keepExpired(isKept: boolean): void {
    this.keepsExpired = isKept;
    this.coordinator.keepExpired(isKept);
  }

  private queue(client: Client, command: Command, args: Args): void {
    if (this.isForbidden(client, command)) return this.reject(client, errors.debugNotAllowed, command, args);
    const { transaction } = client;
    const bytes = args.end(args.count - 1) - args.start(0);
    const limit = this.node.config.clientQueryBufferLimit;
    const { wordBytes, memoryBytes } = transaction.queue;
    // Of very short requests the words are the least.
    if (wordBytes + bytes > limit || memoryBytes > 2 * limit) {
      this.node.log(
        "warning",
        `Closing client whose transaction reached max query buffer length: id=${client.id}`,
      );
      this.node.stats.queryBufferDisconnections++;
      client.closeNow();
      return;
    }
    client.lastCommand = command.fullName;
    transaction.push(command, args);
    this.answer(client, QUEUED);
  }

  // A reply of the gate itself, as CLIENT REPLY lets it through.
  private answer(client: Client, text: string): void {
    if (client.replyMode === "on") this.reply.simple(text);
    else if (client.replyMode !== "off") client.replyMode = "on";
  }

  // CLIENT REPLY OFF and SKIP: the command runs as always, and what it wrote is dropped.
  private dispatchMuted(client: Client, command: Command): void {
    const { reply } = this;
    const before = client.replyMode;
    reply.flush();
    client.isDiscarding = true;
    if (before === "skip-next") client.replyMode = "skip";
    this.coordinator.dispatch(command, this.context);
    client.isDiscarding = false;
    if (client.replyMode === "on") return; // CLIENT REPLY ON answers.
    reply.position = 0;
    // What the handler chose meanwhile (OFF, or another SKIP) stays.
    if (client.replyMode === "skip") client.replyMode = "on";
  }

  private closeRun(nowUs: number): void {
    const command = this.runCommand;
    const count = this.runCount;
    const startUs = this.runStartUs;
    this.runStartUs = nowUs;
    this.runCount = 0;
    if (command === undefined || count === 0) return;
    const elapsedUs = Math.max(0, nowUs - startUs);
    const { node } = this;
    command.stats.usec += elapsedUs;
    if (node.config.latencyTracking) recordLatency(command.stats, elapsedUs / count, count);
    // The arguments of the run's only call, unless another request has been parsed into their place.
    const { args } = this.context;
    if (count !== 1 || args.revision !== this.argsRevision) return;
    const slowerThan = node.config.slowlogLogSlowerThan;
    if (slowerThan >= 0 && elapsedUs >= slowerThan && !command.flags.includes("skip_slowlog")) {
      const { client } = this.context;
      node.slowlog.maybeAdd(args, Math.floor(elapsedUs), node.wallMs(), client.remoteAddress, client.name);
    }
    if (node.latency.thresholdMs > 0) {
      const event = command.isFast ? "fast-command" : "command";
      node.latency.maybeAdd(event, Math.floor(elapsedUs / 1000), node.wallMs() / 1000);
    }
  }

  // A request that may not run. What is refused between MULTI and EXEC spoils the transaction.
  private reject(client: Client, reason: string, command: Command | undefined, args?: Args): void {
    if (command !== undefined) command.stats.rejectedCalls++;
    const { reply } = this;
    let text = reason;
    if (command?.name === "exec") {
      // Of keys in several slots, or in none that is served, EXEC says so itself.
      if (!/^(CROSSSLOT|CLUSTERDOWN) /.test(reason)) {
        text = errors.execAbortBecause(reason.replace(/^ERR /, ""));
      }
      client.transaction.discard();
      if (this.node.monitorCount > 0 && args !== undefined) this.feedMonitors(client, command, args);
    } else if (client.isQueueing) client.transaction.isRefused = true;
    if (client.replyMode !== "on") {
      if (client.replyMode !== "off") client.replyMode = "on";
      this.node.countError(text);
      return;
    }
    reply.error(text);
    this.node.countError(text);
  }

  // What a client who may not run everything gets instead of this command. A protected command is refused as such before
  // the password is asked for, and one that no transaction takes before the rules are looked at, as in Redis.
  private denialOf(client: Client, command: Command, args: Args): string | undefined {
    if (this.isForbidden(client, command)) return errors.debugNotAllowed;
    const { acl } = this.node;
    if (acl.isLockedOut(client) && !command.flags.includes("no_auth")) return errors.noAuth;
    if (client.isQueueing && command.flags.includes("no_multi")) return errors.noMulti;
    return acl.refusal(client, command, args, "request");
  }

  private isForbidden(client: Client, command: Command): boolean {
    return command.fullName === "debug" && !mayDebug(this.node.config.enableDebugCommand, client);
  }

  // A web page can make its reader's browser send these; what else its request holds must not be run.
  private abort(client: Client): void {
    this.node.probe.mark("conn.http-refused");
    this.node.log(
      "warning",
      `Closing client that speaks HTTP, which may be an attack: id=${client.id} addr=${client.remoteAddress}`,
    );
    client.closeNow();
  }

  // Monitors see every command that is not administrative, after it has run.
  private feedMonitors(client: Client, command: Command, args: Args): void {
    if (!isShownToMonitors(command)) return;
    const source = { nowUs: this.node.wallUs(), db: client.db, address: client.remoteAddress };
    const line = monitorLine(source, args);
    this.node.feedMonitors(line, client, this.reply);
  }
}

// Texts end at a NUL byte, as in Redis, where they are C strings.
function unknownCommand(args: Args): string {
  let shown = "";
  for (let i = 1; i < args.count && shown.length < NAME_TEXT_MAX; i++) {
    shown += `'${args.textBeforeNul(i, NAME_TEXT_MAX - shown.length)}' `;
  }
  return errors.unknownCommand(args.textBeforeNul(0, NAME_TEXT_MAX), shown);
}
