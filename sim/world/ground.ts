// Ground: what the parts of the world stand on: time, chance, order, and the books that are kept. The world is it.

import type { Chance } from "./chance.ts";
import type { FaultName } from "./faults.ts";
import type { Due, EventQueue } from "./queue.ts";
import type { Trace } from "./trace.ts";

export interface Ground {
  /** Faults are over: the liveness phase has begun. */
  readonly isHealed: boolean;
  readonly queue: EventQueue;
  readonly trace: Trace;
  /** What clients read into. */
  readonly clientBuffer: Uint8Array;
  /** The stream of chance called `label`: always the same one, made when it is first asked for. */
  stream(label: string): Chance;
  /** A key for one channel's simultaneous events, by the schedule of the plan. */
  orderKey(channel: string): number;
  /** The plan's chance of a fault, in 1/10,000; 0 once the world has been healed. */
  rate(name: FaultName): number;
  /** Notes that a fault has happened. `digest`: of the text, where it is known. */
  fired(name: FaultName, node: number, text: string, digest?: number): void;
  /** Notes that it has been dealt with; counts only after it has fired. */
  handled(name: FaultName): void;
  /** Something moved: the bound of the liveness phase begins anew. */
  progress(): void;
  /** Production code threw, or broke the contract of a port. */
  broke(node: number, text: string): void;
  /** The fault that keeps bytes from going from one place to another ("from>to") now; undefined when they go. */
  cutBetween(pair: string): FaultName | undefined;
}

/** Wraps a call as something due. */
export function due(fire: () => void): Due {
  return { fire };
}

/** Whether a fault of this rate happens now. Draws only when it may. */
export function rolls(rate: number, chance: Chance): boolean {
  return rate > 0 && chance.below(10_000) < rate;
}
