// Script calls: the gate that commands of scripts pass, beside the executor's, which those of clients pass.
//
// Role: looks a command up, refuses what scripts may not do, runs it for the script's client, and keeps its reply where
// the script can read it: in a writer of its own, so that what the client is owed stays where it is.
// Invariant: a reply is good until the next call.

import { type ClusterState, type FoundSlot, slotOfKeys } from "../commands/cluster/cluster-state.ts";
import { isShownToMonitors, monitorLine } from "../commands/connection/monitor-line.ts";
import type { ClientView, CommandContext } from "../commands/context.ts";
import type { Command } from "../commands/define.ts";
import { recordLatency } from "../commands/latency-histogram.ts";
import type { CommandTable } from "../commands/registry.ts";
import type { CallOutcome, ScriptCalls, ScriptRules } from "../commands/scripting/views.ts";
import type { Args } from "../resp/args.ts";
import { errors } from "../resp/errors.ts";
import { REPLY_BUFFER_BYTES, ReplyWriter } from "../resp/reply-writer.ts";
import type { Client } from "./client.ts";
import type { Coordinator } from "./coordinator.ts";
import type { Node } from "./node.ts";
import { ScriptClient } from "./script-client.ts";
import type { Tracking } from "./tracking.ts";
import type { Witness } from "./witness.ts";

const PRECISE_BELOW_US = 1000;

type MutableContext = { -readonly [Name in keyof CommandContext]: CommandContext[Name] };

export class CommandCalls implements ScriptCalls {
  hasWritten = false;
  errorCount = 0;
  isUnrestricted = false;
  /** A command is running. */
  isInCall = false;

  private readonly node: Node;
  private readonly table: CommandTable;
  private readonly coordinator: Coordinator;
  private readonly witness: Witness | undefined;
  // Made with the first script.
  private made: { context: MutableContext; client: ScriptClient; reply: ReplyWriter } | undefined = undefined;
  private rules: ScriptRules = { isReadonly: false, isOomAllowed: false, mayCrossSlots: true };
  // The slot that its keys are in so far, where there is a cluster.
  private slot: FoundSlot = "none";
  private isOutOfMemory = false;
  // The keys that the script was given, where its client wants to hear of changes of what it has read.
  private declared: ReturnType<Tracking["declared"]> = undefined;
  // The beginning of a reply that did not fit into the writer's buffer.
  private spilled: Uint8Array = new Uint8Array(0);
  private spilledLength = 0;
  private readonly outcome = { kind: "reply" as const, bytes: new Uint8Array(0) as Uint8Array, length: 0 };

  constructor(parts: {
    readonly node: Node;
    readonly table: CommandTable;
    readonly coordinator: Coordinator;
    readonly witness?: Witness | undefined;
  }) {
    this.node = parts.node;
    this.table = parts.table;
    this.coordinator = parts.coordinator;
    this.witness = parts.witness;
  }

  get protocol(): 2 | 3 {
    return this.made?.client.protocol ?? 2;
  }

  set protocol(protocol: 2 | 3) {
    if (this.made !== undefined) this.made.client.protocol = protocol;
  }

  begin(context: CommandContext, rules: ScriptRules): void {
    const { node } = this;
    this.made ??= this.make(context);
    this.made.client.begin(context.client);
    this.rules = rules;
    this.hasWritten = false;
    this.errorCount = 0;
    const limit = node.config.maxmemory;
    this.isOutOfMemory = limit > 0 && node.usedBytes() > limit;
    const caller = context.client as Client;
    if (node.cluster !== undefined) {
      const command = this.find(context.args);
      this.slot = command === undefined ? "none" : slotOfKeys(command, context.args);
    }
    this.declared = caller.tracksReads
      ? node.tracking.declared(caller, this.find(context.args), context.args)
      : undefined;
  }

  announce(context: CommandContext): void {
    if (this.node.monitorCount === 0) return;
    this.made ??= this.make(context);
    this.feedMonitors(context.client, context.client.remoteAddress, context.args);
  }

  call(args: Args): CallOutcome {
    const made = this.made as NonNullable<typeof this.made>;
    const command = this.find(args);
    const refusal = this.refusalOf(command, args);
    if (refusal !== undefined || command === undefined) return this.refuse(command, refusal ?? "");
    if (command.isWrite) this.hasWritten = true;
    const { protocol } = made.client;
    const outcome = this.run(made, command, args);
    if (this.witness !== undefined && outcome.kind === "reply") {
      const { bytes, length } = outcome;
      this.witness.scripted(made.client.id, args, { bytes, length, protocol });
    }
    return outcome;
  }

  mayCall(args: Args): boolean | undefined {
    const command = this.find(args);
    if (command === undefined) return undefined;
    return this.node.acl.mayCall(this.made?.client.caller as Client, command, args);
  }

  private make(context: CommandContext): NonNullable<typeof this.made> {
    const client = new ScriptClient(context.client);
    const reply = this.newWriter();
    return { client, reply, context: { ...context, reply, client } };
  }

  private find(args: Args): Command | undefined {
    const command = this.table.find(args.bytes, args.start(0), args.end(0));
    if (command === undefined || command.byName.size === 0 || args.count < 2) return command;
    return command.byName.get(args.text(1).toLowerCase());
  }

  private refusalOf(command: Command | undefined, args: Args): string | undefined {
    if (command === undefined) return errors.unknownFromScript;
    const { arity, flags } = command;
    if (arity > 0 ? args.count !== arity : args.count < -arity) return errors.arityFromScript;
    if (flags.includes("noscript") && !this.isUnrestricted) return errors.notFromScript;
    const caller = this.made?.client.caller as Client;
    if (!caller.isUnrestricted) {
      const denial = this.node.acl.refusal(caller, command, args, "script");
      if (denial !== undefined) return denial;
    }
    if (this.rules.isReadonly && (command.isWrite || flags.includes("may_replicate"))) {
      return errors.writeFromReadonlyScript;
    }
    if (command.isWrite && !this.hasWritten) {
      const refusal = this.node.persistence.writeRefusal;
      if (refusal !== undefined) return refusal;
      if (this.node.lacksReplicas) return errors.noReplicas;
    }
    const mayLackMemory = this.rules.isOomAllowed || this.hasWritten;
    if (this.isOutOfMemory && command.isDenyOom && !mayLackMemory) return errors.oom;
    return this.node.cluster === undefined
      ? undefined
      : this.clusterRefusalOf(this.node.cluster, command, args);
  }

  private clusterRefusalOf(cluster: ClusterState, command: Command, args: Args): string | undefined {
    const slot = slotOfKeys(command, args);
    if (slot === "none") return undefined;
    const refusal = cluster.refusalOfSlot(slot, command);
    if (refusal === errors.clusterDown) return errors.scriptClusterDown;
    if (refusal === errors.clusterDownForWrites) return errors.scriptClusterDownForWrites;
    if (refusal !== undefined) return errors.scriptNotLocal;
    if (this.rules.mayCrossSlots) return undefined;
    if (this.slot === "none") this.slot = slot;
    return this.slot === slot ? undefined : errors.scriptCrossSlot;
  }

  private refuse(command: Command | undefined, error: string): CallOutcome {
    if (command !== undefined) command.stats.rejectedCalls++;
    this.node.countError(error);
    this.errorCount++;
    return { kind: "refused", error };
  }

  private run(made: NonNullable<typeof this.made>, command: Command, args: Args): CallOutcome {
    const { node, outcome } = this;
    const { reply, context, client } = made;
    reply.position = 0;
    reply.protocol = client.protocol;
    this.spilledLength = 0;
    const errorsBefore = reply.errorCount;
    const slowerThan = node.config.slowlogLogSlowerThan;
    const isTimed = !command.isConstantTime || (slowerThan >= 0 && slowerThan < PRECISE_BELOW_US);
    const startUs = isTimed ? node.monotonicUs() : 0;
    context.args = args;
    this.isInCall = true;
    this.coordinator.dispatch(command, context);
    this.isInCall = false;
    if (this.declared !== undefined) {
      node.tracking.readByScript(client.caller as Client, command, this.declared);
    }
    node.stats.commandsProcessed++;
    command.stats.calls++;
    if (reply.errorCount !== errorsBefore) {
      command.stats.failedCalls++;
      node.countError(reply.lastError);
      this.errorCount++;
    }
    if (isTimed) this.note(command, args, Math.max(0, node.monotonicUs() - startUs), client);
    if (node.monitorCount > 0 && isShownToMonitors(command)) this.feedMonitors(client, "lua", args);
    if (this.spilledLength > 0) return this.joinSpilled(reply);
    outcome.bytes = reply.buffer;
    outcome.length = reply.position;
    return outcome;
  }

  private note(command: Command, args: Args, elapsedUs: number, client: ScriptClient): void {
    const { node } = this;
    command.stats.usec += elapsedUs;
    if (node.config.latencyTracking) recordLatency(command.stats, elapsedUs, 1);
    const slowerThan = node.config.slowlogLogSlowerThan;
    if (slowerThan < 0 || elapsedUs < slowerThan || command.flags.includes("skip_slowlog")) return;
    node.slowlog.maybeAdd(
      args,
      Math.floor(elapsedUs),
      node.wallMs(),
      client.remoteAddress,
      client.caller.name,
    );
  }

  // The writer's buffer is full: its bytes are kept, and it may go on with it.
  private spill(buffer: Uint8Array, length: number): Uint8Array {
    const wanted = this.spilledLength + length;
    if (wanted > this.spilled.length) {
      const grown = new Uint8Array(Math.max(wanted, this.spilled.length * 2));
      grown.set(this.spilled.subarray(0, this.spilledLength));
      this.spilled = grown;
    }
    this.spilled.set(buffer.subarray(0, length), this.spilledLength);
    this.spilledLength = wanted;
    return buffer;
  }

  private joinSpilled(reply: ReplyWriter): CallOutcome {
    this.spill(reply.buffer, reply.position);
    reply.position = 0;
    const bytes = this.spilled;
    const length = this.spilledLength;
    this.spilled = new Uint8Array(0);
    this.spilledLength = 0;
    if (reply.buffer.length > REPLY_BUFFER_BYTES) this.renewWriter();
    return { kind: "reply", bytes, length };
  }

  // A buffer that one large reply needed is not kept.
  private renewWriter(): void {
    const made = this.made as NonNullable<typeof this.made>;
    made.reply = this.newWriter();
    made.context.reply = made.reply;
  }

  private newWriter(): ReplyWriter {
    return new ReplyWriter({ take: (buffer, length) => this.spill(buffer, length) });
  }

  private feedMonitors(client: ClientView, address: string, args: Args): void {
    const { node } = this;
    const { reply } = this.made as NonNullable<typeof this.made>;
    const line = monitorLine({ nowUs: node.wallUs(), db: client.db, address }, args);
    // To no client in particular: one that monitors and runs scripts gets its lines like the others.
    node.feedMonitors(line, undefined as unknown as Client, reply);
  }
}
