// Clock port: the only source of time.

export type TimerId = number & { readonly __timer: unique symbol };

export interface Clock {
  /** Microseconds; never goes back. For time-outs and latencies. */
  monotonicUs(): number;
  /** Wall-clock milliseconds; may jump. For expiries and TIME. */
  wallMs(): number;
  /** Wall-clock microseconds, for TIME and MONITOR. */
  wallUs(): number;
  /** Calls `fire` once, after at least `delayUs`; 0 is as soon as what waits on the network has had a turn. */
  after(delayUs: number, fire: () => void): TimerId;
  cancel(timer: TimerId): void;
}
