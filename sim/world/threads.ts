// Threads: the threads of one node and their mailboxes, for shards that will run on threads of their own.
//
// Role: a port of messages as bytes. Each pair of threads has an ordered, bounded mailbox; which thread runs next is
// the schedule's choice, so that all orders that real threads may take can come up, one seed each.
// Invariants:
//   - messages of one sender to one receiver arrive in order, each at most once; all of them while both live.
//   - a mailbox holds MAILBOX_MAX messages at most; who was told "full" is told "room" once there is some again.
//   - bytes are copied when they are posted and overwritten after they were taken: no thread sees another's memory.

import type { Chance } from "./chance.ts";
import { due, type Ground, rolls } from "./ground.ts";
import { ReadyList, type Schedule } from "./schedule.ts";

export type ThreadId = number;

export interface ThreadEvents {
  message(from: ThreadId, bytes: Uint8Array): void;
  room(to: ThreadId): void;
  died(who: ThreadId): void;
}

export const MAILBOX_MAX = 64;
const POISON = 0xdd;
const STARVE_US: readonly [number, number] = [1000, 500_000];
/** What one message takes of a thread's time. */
const MESSAGE_US = 2;

type Thread = {
  readonly id: ThreadId;
  readonly events: ThreadEvents;
  readonly inboxes: Map<ThreadId, Uint8Array[]>;
  /** Who was told that the mailbox to this thread is full. */
  readonly refused: Set<ThreadId>;
  starvedUntilUs: number;
};

export class Threads {
  private readonly ground: Ground;
  private readonly schedule: Schedule;
  private readonly node: number;
  private readonly chance: Chance;
  private readonly threads = new Map<ThreadId, Thread>();
  private readonly ready = new ReadyList();
  private isWakeScheduled = false;
  private lastId = 0;

  constructor(ground: Ground, schedule: Schedule, node: number) {
    this.ground = ground;
    this.schedule = schedule;
    this.node = node;
    this.chance = ground.stream(`threads/${node}`);
  }

  spawn(events: ThreadEvents): ThreadId {
    const id = this.lastId++;
    this.threads.set(id, { id, events, inboxes: new Map(), refused: new Set(), starvedUntilUs: 0 });
    return id;
  }

  /** False when the mailbox is full: nothing was posted, and `room` comes later. */
  post(from: ThreadId, to: ThreadId, message: Uint8Array): boolean {
    const thread = this.threads.get(to);
    if (thread === undefined) return true; // As to a process that has just died: nobody reads it.
    let inbox = thread.inboxes.get(from);
    if (inbox === undefined) {
      inbox = [];
      thread.inboxes.set(from, inbox);
    }
    // An empty mailbox takes what is posted: whoever is refused needs someone to make room.
    const isPretended = inbox.length > 0 && rolls(this.ground.rate("thread.mailbox-full"), this.chance);
    if (isPretended) this.ground.fired("thread.mailbox-full", this.node, `${from} -> ${to}`);
    if (isPretended || inbox.length >= MAILBOX_MAX) {
      thread.refused.add(from);
      return false;
    }
    inbox.push(message.slice());
    this.ready.add(
      to,
      due(() => this.receive(thread, from)),
    );
    this.scheduleWake(this.ground.queue.nowUs);
    return true;
  }

  /** A thread ends; what it had not read is lost, and the others hear of it. */
  kill(id: ThreadId): void {
    if (!this.threads.delete(id)) return;
    for (const { events } of this.threads.values()) events.died(id);
  }

  private scheduleWake(atUs: number): void {
    if (this.isWakeScheduled || this.ready.length === 0) return;
    this.isWakeScheduled = true;
    const wake = due(() => this.wake());
    this.ground.queue.push(atUs, this.ground.orderKey(`threads/${this.node}`), wake);
  }

  private wake(): void {
    this.isWakeScheduled = false;
    const { nowUs } = this.ground.queue;
    const place = this.schedule.pick(this.ready);
    const thread = this.threads.get(this.ready.channelAt(place));
    if (thread !== undefined && nowUs < thread.starvedUntilUs) {
      // It is not scheduled for a while: the others go on, in the order they came.
      const other = this.firstAwake(nowUs);
      if (other < 0) {
        this.scheduleWake(thread.starvedUntilUs);
        return;
      }
      this.ready.take(other).fire();
    } else if (thread !== undefined && rolls(this.ground.rate("thread.starve"), this.chance)) {
      thread.starvedUntilUs = nowUs + this.chance.between(...STARVE_US);
      this.ground.fired("thread.starve", this.node, `thread ${thread.id}`);
    } else {
      this.ready.take(place).fire();
    }
    this.scheduleWake(nowUs + MESSAGE_US);
  }

  private firstAwake(nowUs: number): number {
    for (let i = 0; i < this.ready.length; i++) {
      const thread = this.threads.get(this.ready.channelAt(i));
      if (thread === undefined || nowUs >= thread.starvedUntilUs) return i;
    }
    return -1;
  }

  private receive(thread: Thread, from: ThreadId): void {
    if (!this.threads.has(thread.id)) return;
    const message = thread.inboxes.get(from)?.shift();
    if (message === undefined) return;
    this.ground.trace.note(this.ground.queue.nowUs, this.node, "message", message.length);
    thread.events.message(from, message);
    message.fill(POISON);
    if (!thread.refused.delete(from)) return;
    this.ground.handled("thread.mailbox-full");
    this.threads.get(from)?.events.room(thread.id);
  }
}
