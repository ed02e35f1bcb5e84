// Schedule: in which order things run that could run at the same time.
//
// Role: for events of the world it gives each channel a key (EventQueue); for a busy node it picks which of the
// channels that wait goes next. A channel is a connection, a timer wheel, later a shard's mailbox: within one channel
// order is kept, between channels none is promised, and that is what is tried out here.
//   fifo, random, newest-first   as they say
//   priority                     each channel has a priority, and at the change points the highest becomes the lowest:
//                                a bug that needs d orderings to go wrong is found with chance >= 1/(n*k^(d-1))
//                                (Burckhardt et al., "A randomized scheduler with probabilistic guarantees")
//   starve-one                   one channel in VICTIM_CHANNELS runs only when nothing else can

import type { SchedulePlan } from "../plan.ts";
import type { Chance } from "./chance.ts";
import type { Due } from "./queue.ts";

const VICTIM_CHANNELS = 8;
const LAST = 4294967296;

export class Schedule {
  private kind: SchedulePlan["kind"];
  private readonly plan: SchedulePlan;
  private readonly chance: Chance;
  private readonly keys = new Map<string, number>();
  private readonly priorities: number[] = [];
  private lowest = 0;
  private picks = 0;
  private channels = 0;

  constructor(plan: SchedulePlan, chance: Chance) {
    this.plan = plan;
    this.kind = plan.kind;
    this.chance = chance;
  }

  /** The key of a channel's events among those of one time. */
  orderKey(channel: string): number {
    const known = this.keys.get(channel);
    if (known !== undefined) return known;
    const count = this.channels++;
    let key = 0;
    if (this.kind === "random" || this.kind === "priority") key = this.chance.u32();
    else if (this.kind === "newest-first") key = LAST - count;
    else if (this.kind === "starve-one") key = this.isVictim(count) ? LAST : 0;
    this.keys.set(channel, key);
    return key;
  }

  /** From now on everything runs in the order it came. */
  becomeFair(): void {
    this.kind = "fifo";
  }

  /** The place in `ready` of the entry to run next; `ready` may not be empty. */
  pick(ready: ReadyList): number {
    const { length } = ready;
    if (length === 1 || this.kind === "fifo") return 0;
    switch (this.kind) {
      case "random":
        return ready.firstOf(ready.channelAt(this.chance.below(length)));
      case "newest-first":
        return ready.firstOf(ready.channelAt(length - 1));
      case "starve-one":
        for (let i = 0; i < length; i++) if (!this.isVictim(ready.channelAt(i))) return i;
        return 0;
      default:
        return this.pickByPriority(ready);
    }
  }

  private pickByPriority(ready: ReadyList): number {
    let best = 0;
    for (let i = 1; i < ready.length; i++) {
      if (this.priorityOf(ready.channelAt(i)) > this.priorityOf(ready.channelAt(best))) best = i;
    }
    this.picks++;
    if (this.plan.kind === "priority" && this.plan.changePoints.includes(this.picks)) {
      this.priorities[ready.channelAt(best)] = --this.lowest;
    }
    return ready.firstOf(ready.channelAt(best));
  }

  private priorityOf(channel: number): number {
    let priority = this.priorities[channel];
    if (priority === undefined) {
      priority = 1 + this.chance.u32();
      this.priorities[channel] = priority;
    }
    return priority;
  }

  private isVictim(channel: number): boolean {
    return (
      this.plan.kind === "starve-one" && channel % VICTIM_CHANNELS === this.plan.victim % VICTIM_CHANNELS
    );
  }
}

/** What a busy node has still to do, in the order it came. */
export class ReadyList {
  private channels: number[] = [];
  private works: Due[] = [];

  get length(): number {
    return this.works.length;
  }

  add(channel: number, work: Due): void {
    this.channels.push(channel);
    this.works.push(work);
  }

  channelAt(place: number): number {
    return this.channels[place] as number;
  }

  /** The place of a channel's earliest entry. */
  firstOf(channel: number): number {
    return this.channels.indexOf(channel);
  }

  /** Takes an entry out. */
  take(place: number): Due {
    const work = this.works[place] as Due;
    if (place === 0) {
      this.works.shift();
      this.channels.shift();
    } else {
      this.works.splice(place, 1);
      this.channels.splice(place, 1);
    }
    return work;
  }

  clear(): void {
    this.channels = [];
    this.works = [];
  }
}
