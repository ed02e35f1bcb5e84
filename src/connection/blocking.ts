// Blocking: requests that wait for keys (BLPOP and its like), from the moment they cannot be answered to their reply.
//
// Role: a handler calls `client.block`; the request's arguments are copied, the client is held, and the request
// stands in the queue of each of its keys (shard/key-queues.ts). When a key has appeared its waiters are run again
// in the order in which they came, by the handlers they began with, until there is nothing left for them.
//
//   blocked --- key appeared, handler replies -------------> answered
//      |------- timeout, CLIENT UNBLOCK, key gone ---------> ended: out of all queues at once, answered by `settle`
//      '------- connection lost ---------------------------> forgotten
//
// Invariants:
//   - waiters run between requests, never inside one: after a whole EXEC, not after its parts.
//   - keys are looked at in the order in which they became ready; those that become ready meanwhile come after them.
//   - a chain of wake-ups is a loop, not a recursion.
//   - a request's reply is written once, and what its client sent after it runs later.

import type { BlockRequest, CommandContext, LogWait } from "../commands/context.ts";
import type { Command } from "../commands/define.ts";
import { recordLatency } from "../commands/latency-histogram.ts";
import type { TimerId } from "../env/clock.ts";
import { Args } from "../resp/args.ts";
import { errors } from "../resp/errors.ts";
import { ReplyWriter } from "../resp/reply-writer.ts";
import { type KeyQueue, KeyQueues } from "../shard/key-queues.ts";
import type { Client } from "./client.ts";
import type { Coordinator } from "./coordinator.ts";
import type { Node } from "./node.ts";
import type { Witness } from "./witness.ts";

/** Timers beyond 2^31 milliseconds fire at once in Node.js: a longer wait is cut into pieces. */
const TIMER_US_MAX = 2 ** 30 * 1000;
/** What a waiting request costs beside its bytes. */
const WAIT_STATE_BYTES = 900;

export type Wait = {
  readonly client: Client;
  readonly command: Command;
  /** A copy: the buffer it came in is gone. */
  readonly args: Args;
  readonly type: number;
  readonly firstKey: number;
  readonly lastKey: number;
  readonly errorWhenGone: string | undefined;
  readonly endsWithKey: boolean;
  readonly acks: BlockRequest["acks"];
  readonly log: LogWait | undefined;
  readonly state: unknown;
  /** The reply is to be dropped (CLIENT REPLY SKIP). */
  readonly isMuted: boolean;
  /** Monotonic microseconds; Infinity for ever. */
  readonly deadlineUs: number;
  readonly queues: KeyQueue<Wait>[];
  timer: TimerId | undefined;
  isOver: boolean;
};

export type BlockingParts = {
  readonly node: Node;
  readonly coordinator: Coordinator;
  readonly witness: Witness | undefined;
  /** Lets a client go on with what it sent meanwhile. */
  readonly goOn: (client: Client) => void;
  /** Makes the present time that of the shards, where no turn has done so. */
  readonly setTime: () => void;
};

export class Blocking {
  /** Clients that wait for keys. */
  count = 0;
  /** How many of them will not wait for ever. */
  timedCount = 0;
  /** True when `settle` has something to do. */
  isDue = false;
  /** A script is suspended: nobody is woken before it has ended. */
  isHeld = false;
  /** The client whose reply is being written: messages to it come after. */
  answering: Client | undefined = undefined;

  private readonly parts: BlockingParts;
  private readonly queues: readonly KeyQueues<Wait>[];
  private ready: KeyQueue<Wait>[] = [];
  private ended: { wait: Wait; error: string | undefined }[] = [];
  private isSettling = false;
  // Those that wait for the append-only log.
  private readonly logWaits = new Set<Wait>();
  // Those that wait for replicas.
  private readonly ackWaits = new Set<Wait>();
  private retried: Wait | undefined = undefined;
  private staysBlocked = false;
  // Made when the first client blocks.
  private reply: ReplyWriter | undefined = undefined;

  constructor(parts: BlockingParts) {
    this.parts = parts;
    this.queues = parts.coordinator.shards.map(
      ({ databases }) =>
        new KeyQueues<Wait>(databases, (queue) => {
          this.ready.push(queue);
          this.isDue = true;
        }),
    );
  }

  /** Makes the request that `client` is running wait; see ClientView.block. */
  block(client: Client, command: Command, { args }: CommandContext, request: BlockRequest): void {
    if (this.retried?.client === client) {
      this.staysBlocked = true;
      return;
    }
    const { node } = this.parts;
    const { timeoutMs, type, firstKey, lastKey, errorWhenGone, acks, log, state } = request;
    const wait: Wait = {
      client,
      command,
      args: copyOf(args),
      type,
      firstKey,
      lastKey,
      errorWhenGone,
      endsWithKey: errorWhenGone !== undefined,
      acks,
      log,
      state,
      isMuted: client.replyMode !== "on",
      deadlineUs: timeoutMs === 0 ? Number.POSITIVE_INFINITY : node.monotonicUs() + timeoutMs * 1000,
      queues: [],
      timer: undefined,
      isOver: false,
    };
    for (let i = firstKey; i <= lastKey; i++) {
      const owner = this.queues[this.parts.coordinator.shardOf(args, i)] as KeyQueues<Wait>;
      wait.queues.push(owner.join(client.db, args.bytes, args.start(i), args.end(i), wait));
    }
    if (log !== undefined) this.logWaits.add(wait);
    if (acks !== undefined) this.ackWaits.add(wait);
    this.count++;
    if (timeoutMs !== 0) this.timedCount++;
    client.waits(wait);
    this.arm(wait);
  }

  /** Ends a wait as by its timeout or with an error. Its reply is written when the present request has run. */
  end(wait: Wait, error: string | undefined): void {
    this.leave(wait);
    this.ended.push({ wait, error });
    this.isDue = true;
  }

  /** How many wait for the append-only log. */
  get logWaitCount(): number {
    return this.logWaits.size;
  }

  /** The log has been synced: whoever waited for no more than that goes on. */
  logSynced(): void {
    const { node, setTime } = this.parts;
    for (const wait of this.logWaits) {
      const { position, isLocal, isOfReplicas } = wait.log as LogWait;
      if (isLocal && !isOfReplicas && node.persistence.isSynced(position)) this.end(wait, undefined);
    }
    if (!this.isDue) return;
    setTime();
    this.settle();
  }

  /** How many wait for replicas. */
  get ackWaitCount(): number {
    return this.ackWaits.size;
  }

  /** Replicas have followed further: whoever waited for no more than that goes on. */
  acknowledged(): void {
    const { node, setTime } = this.parts;
    for (const wait of this.ackWaits) {
      const { offset, wanted } = wait.acks as NonNullable<Wait["acks"]>;
      if (node.replication.acknowledgedBy(offset) >= wanted) this.end(wait, undefined);
    }
    if (!this.isDue) return;
    setTime();
    this.settle();
  }

  /** There is no log any more. Who waited for it is told when the present request has run. */
  logEnded(): void {
    for (const wait of this.logWaits) if (wait.log?.isLocal === true) this.end(wait, errors.noLogToWaitFor);
  }

  /** The client is gone. */
  forget(wait: Wait): void {
    this.parts.node.probe.mark("block.lost");
    this.leave(wait);
  }

  /** Answers all waiters that can be answered now. The replies of the present turn stay where they are. */
  settle(): void {
    if (this.isSettling || this.isHeld) return;
    this.isSettling = true;
    while (this.isDue) {
      this.isDue = false;
      for (const { wait, error } of this.ended.splice(0)) this.answerEnded(wait, error);
      const ready = this.ready;
      this.ready = [];
      // What has run may have taken long: a key may be over by now, as in Redis.
      if (ready.length > 0) this.parts.setTime();
      for (const queue of ready) {
        queue.isReady = false;
        this.serve(queue);
      }
    }
    this.isSettling = false;
  }

  /** Bytes that a waiting request holds. */
  static bytesOf(wait: Wait): number {
    return WAIT_STATE_BYTES + wait.args.bytes.length;
  }

  private serve(queue: KeyQueue<Wait>): void {
    // What is served leaves the queue while it is walked; nobody joins meanwhile.
    for (const wait of queue.waiters) {
      const type = queue.owner.typeAt(queue);
      if (type === wait.type) this.retry(wait, queue);
      else if (wait.errorWhenGone !== undefined) {
        this.leave(wait);
        this.answerEnded(wait, wait.errorWhenGone);
      } else if (type < 0 && queue.leavers === 0) return;
    }
  }

  // Runs the request again for one key; it may find nothing for itself there and stay.
  private retry(wait: Wait, queue: KeyQueue<Wait>): void {
    const { client, args, command } = wait;
    const { coordinator, node } = this.parts;
    let wokenBy = wait.firstKey;
    while (wokenBy < wait.lastKey && wait.queues[wokenBy - wait.firstKey] !== queue) wokenBy++;
    this.answer(wait, (reply) => {
      // Redis 7.0 lets a request that waits through, whatever became of its user meanwhile; 7.2 asks again, as here.
      const denial = client.isUnrestricted ? undefined : node.acl.refusal(client, command, args, "request");
      if (denial !== undefined) {
        this.leave(wait);
        reply.error(denial);
        return true;
      }
      this.retried = wait;
      this.staysBlocked = false;
      client.wokenBy = wokenBy;
      const context = { args, reply, client, keyspace: coordinator.everything, server: node };
      coordinator.dispatch(command, context);
      client.wokenBy = 0;
      this.retried = undefined;
      node.probe.mark(this.staysBlocked ? "block.stays" : "block.served");
      if (this.staysBlocked) return false;
      this.leave(wait);
      return true;
    });
  }

  private answerEnded(wait: Wait, error: string | undefined): void {
    if (wait.client.isClosed) return;
    this.answer(wait, (reply) => {
      if (error !== undefined) reply.error(error);
      else if (wait.acks !== undefined) {
        reply.int(this.parts.node.replication.acknowledgedBy(wait.acks.offset));
      } else if (wait.log !== undefined) this.replyLogs(wait.log, reply);
      else reply.nullArray();
      return true;
    });
  }

  private replyLogs({ position }: LogWait, reply: ReplyWriter): void {
    reply.array(2);
    reply.int(this.parts.node.persistence.isSynced(position) ? 1 : 0);
    reply.int(0);
  }

  // `write` says whether it has replied.
  private answer(wait: Wait, write: (reply: ReplyWriter) => boolean): void {
    const { client, command, args } = wait;
    const { node, witness, goOn } = this.parts;
    client.sendMessages(); // What it was sent before comes before.
    const reply = this.writer();
    const startUs = node.monotonicUs();
    const errorsBefore = reply.errorCount;
    reply.begin(client, client.protocol);
    client.isDiscarding = wait.isMuted;
    this.answering = client;
    const isAnswered =
      witness === undefined ? write(reply) : witness.answers(client, args, reply, () => write(reply));
    if (isAnswered) {
      reply.flush();
      this.note(wait, node.monotonicUs() - startUs, reply.errorCount !== errorsBefore ? reply.lastError : "");
    }
    client.isDiscarding = false;
    this.answering = undefined;
    client.sendMessages();
    if (!isAnswered) return;
    client.lastCommand = command.fullName;
    client.waits(undefined);
    goOn(client);
  }

  // Counted as a call when it blocked.
  private note({ command, args, client }: Wait, elapsedUs: number, error: string): void {
    const { node } = this.parts;
    const { stats } = command;
    stats.usec += elapsedUs;
    if (error !== "") {
      stats.failedCalls++;
      node.countError(error);
    }
    if (node.config.latencyTracking) recordLatency(stats, elapsedUs, 1);
    const slowerThan = node.config.slowlogLogSlowerThan;
    if (slowerThan >= 0 && elapsedUs >= slowerThan) {
      node.slowlog.maybeAdd(args, Math.floor(elapsedUs), node.wallMs(), client.remoteAddress, client.name);
    }
    if (node.latency.thresholdMs > 0) {
      node.latency.maybeAdd("command-unblocking", Math.floor(elapsedUs / 1000), node.wallMs() / 1000);
    }
  }

  private leave(wait: Wait): void {
    if (wait.isOver) return;
    wait.isOver = true;
    this.count--;
    if (wait.deadlineUs !== Number.POSITIVE_INFINITY) this.timedCount--;
    if (wait.log !== undefined) this.logWaits.delete(wait);
    if (wait.acks !== undefined) this.ackWaits.delete(wait);
    for (const queue of wait.queues) queue.owner.leave(queue, wait);
    if (wait.timer !== undefined) this.parts.node.cancel(wait.timer);
    wait.timer = undefined;
  }

  private arm(wait: Wait): void {
    if (wait.deadlineUs === Number.POSITIVE_INFINITY) return;
    const { node } = this.parts;
    const leftUs = Math.max(1, wait.deadlineUs - node.monotonicUs());
    wait.timer = node.after(Math.min(leftUs, TIMER_US_MAX), () => this.timeUp(wait));
  }

  private timeUp(wait: Wait): void {
    wait.timer = undefined;
    const { node, setTime } = this.parts;
    if (node.monotonicUs() < wait.deadlineUs) {
      this.arm(wait);
      return;
    }
    setTime();
    node.probe.mark("block.timed-out");
    this.end(wait, undefined);
    this.settle();
  }

  private writer(): ReplyWriter {
    this.reply ??= new ReplyWriter({ take: (buffer) => buffer });
    return this.reply;
  }
}

function copyOf(args: Args): Args {
  let bytes = 0;
  for (let i = 0; i < args.count; i++) bytes += args.length(i);
  const copy = new Args(new Uint8Array(bytes));
  let at = 0;
  for (let i = 0; i < args.count; i++) {
    const end = at + args.length(i);
    copy.bytes.set(args.bytes.subarray(args.start(i), args.end(i)), at);
    copy.push(at, end);
    at = end;
  }
  return copy;
}
