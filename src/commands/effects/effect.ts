// Effect: what a command that has changed data is to be kept as, in a log that is run again later, perhaps by a Redis.
//
// Most commands are kept as they were sent. Those that depend on the time, on chance, on what waited for them, or on how the
// data lies in memory are kept as what they did, in the form that Redis gives them: a `tell` looks at the data
// right after the command, and may ask `before` it for what cannot be seen then.
// Contract: run in the same order on the same data, what is told leaves the same data. `tell` is called only when the
// command counted a change; it touches no data.

import type { Keyspace } from "../../keyspace/keyspace.ts";
import type { Args } from "../../resp/args.ts";
import type { RequestWriter } from "../../resp/request-writer.ts";
import type { ClientView } from "../context.ts";

/** One call, as its effect sees it. */
export type EffectCall = {
  readonly args: Args;
  /** The command's, with the client's database selected. */
  readonly keyspace: Keyspace;
  readonly client: ClientView;
  /** The command counted a change. */
  readonly isChanged: boolean;
  /** Begins a request of so many words, which are then written. */
  begin(words: number): RequestWriter;
  /** Adds the request as it was sent. */
  asSent(): void;
};

export type Effect = {
  /** Looks at what will not be there any more; what it returns is handed to `tell`. */
  readonly before: ((call: EffectCall) => number) | undefined;
  readonly tell: (call: EffectCall, before: number) => void;
  /** Told after each call that was no error, changes or not. */
  readonly isAlways: boolean;
  /** Told to replicas alone: it changes no data. */
  readonly isForReplicas: boolean;
};

export function effectOf(tell: Effect["tell"], before?: Effect["before"]): Effect {
  return { before, tell, isAlways: false, isForReplicas: false };
}

export const asSent: Effect = effectOf((call) => call.asSent());
export const alwaysAsSent: Effect = { ...asSent, isAlways: true };
export const forReplicas: Effect = { ...alwaysAsSent, isForReplicas: true };

/** DEL of argument i's key. */
export function tellRemoval({ args, begin }: EffectCall, i: number): void {
  const out = begin(2);
  out.word("DEL");
  out.argument(args, i);
}
