// Plain ground: a world with nothing in it, for tests of its parts.

import type { SchedulePlan } from "../plan.ts";
import { Chance } from "./chance.ts";
import type { FaultName } from "./faults.ts";
import type { Ground } from "./ground.ts";
import { EventQueue } from "./queue.ts";
import { Schedule } from "./schedule.ts";
import { Trace } from "./trace.ts";

export class PlainGround implements Ground {
  readonly isHealed = false;
  readonly queue = new EventQueue();
  readonly clientBuffer = new Uint8Array(65_536);
  readonly trace = new Trace(true);
  readonly rates: Partial<Record<FaultName, number>> = {};
  readonly firedNames: FaultName[] = [];
  readonly handledNames: FaultName[] = [];
  readonly broken: string[] = [];
  readonly schedule: Schedule;
  /** What cuts two places off from each other, asked for each packet. */
  cut: (from: string, to: string) => FaultName | undefined = () => undefined;
  private readonly root: Chance;
  private readonly streams = new Map<string, Chance>();

  constructor(seed: number, schedule: SchedulePlan = { kind: "fifo" }) {
    this.root = new Chance(0, seed);
    this.schedule = new Schedule(schedule, this.root.fork("schedule"));
  }

  stream(label: string): Chance {
    const stream = this.streams.get(label) ?? this.root.fork(label);
    this.streams.set(label, stream);
    return stream;
  }

  orderKey(channel: string): number {
    return this.schedule.orderKey(channel);
  }

  rate(name: FaultName): number {
    return this.rates[name] ?? 0;
  }

  fired(name: FaultName): void {
    this.firedNames.push(name);
  }

  handled(name: FaultName): void {
    this.handledNames.push(name);
  }

  progress(): void {}

  broke(_node: number, text: string): void {
    this.broken.push(text);
  }

  cutBetween(pair: string): FaultName | undefined {
    const [from = "", to = ""] = pair.split(">");
    return this.cut(from, to);
  }

  /** Lets everything happen that is due until `untilUs`. */
  runUntil(untilUs: number): void {
    while (this.queue.nextAtUs <= untilUs) this.queue.pop()?.fire();
    this.queue.nowUs = Math.max(this.queue.nowUs, untilUs);
  }
}
