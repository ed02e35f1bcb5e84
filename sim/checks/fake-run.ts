// Fake run: a good history of a few clients, made by a server that is the oracle itself.
//
// Role: mutation tests of the checks change one thing in it and ask whether the check notices. It needs no world:
// requests are sent, run and answered in an order drawn from a seed, so that pipelines and clients interleave.
// Invariant: equal options give equal histories; every check passes an unchanged one.

import { encode } from "../../oracle/encode.ts";
import { Oracle } from "../../oracle/oracle.ts";
import { stateOf } from "../../oracle/state.ts";
import type { Invoked } from "../events.ts";
import { comparableText } from "../world/live-node.ts";
import { History, type HistoryOptions } from "./histories.ts";

export type FakeRunOptions = {
  readonly seed: number;
  readonly requests: number;
  readonly clients?: number;
  /** One in so many requests loses its connection; 0: none does. */
  readonly lossEvery?: number;
  /** Requests that another client makes at the end, one by one. */
  readonly closing?: readonly string[];
  /** The next request of a client, in words parted by blanks. */
  readonly draw: (below: (bound: number) => number, client: number, request: number) => string;
};

type Line = { readonly sent: Invoked[]; readonly ran: Invoked[] };

/** The history and what the node holds at its end. */
export function fakeRun(options: FakeRunOptions): History {
  const below = chanceOf(options.seed);
  const oracle = new Oracle();
  const node: HistoryOptions["node"] = { state: (db) => comparableState(oracle, db) };
  const history = new History({ node });
  const lines: Line[] = Array.from({ length: options.clients ?? 3 }, () => ({ sent: [], ran: [] }));
  const counts = lines.map(() => 0);
  let left = options.requests;
  while (left > 0 || lines.some(({ sent, ran }) => sent.length + ran.length > 0)) {
    const client = below(lines.length);
    const line = lines[client] as Line;
    const move = below(left > 0 ? 3 : 2);
    if (move === 2 && line.sent.length < 4) {
      left--;
      const words = options.draw(below, client + 1, counts[client] as number);
      counts[client] = (counts[client] as number) + 1;
      line.sent.push(history.invoke(client + 1, words));
    } else if (move === 1) {
      const lossEvery = options.lossEvery ?? 0;
      if (lossEvery > 0 && line.sent.length > 0 && below(lossEvery) === 0) {
        history.lose(client + 1, [...line.ran, ...line.sent]);
        line.sent.length = 0;
        line.ran.length = 0;
        continue;
      }
      const request = line.sent.shift();
      if (request === undefined) continue;
      history.openSession(client + 1);
      const reply = encode(oracle.execute(client + 1, request.words, history.wallMs), 2);
      if (reply === undefined) throw new Error(`the fake server cannot choose: ${request.words.join(" ")}`);
      history.execute(request, reply, { nowMs: oracle.model.nowMs });
      line.ran.push(request);
    } else {
      const request = line.ran.shift();
      if (request !== undefined) history.reply(request);
    }
  }
  const closer = lines.length + 1;
  for (const words of options.closing ?? []) {
    const request = history.invoke(closer, words);
    history.openSession(closer);
    const reply = encode(oracle.execute(closer, request.words, history.wallMs), 2) ?? "";
    history.execute(request, reply, { nowMs: oracle.model.nowMs }).reply(request);
  }
  return history.heal().finish();
}

/** Whole numbers from 0, by a small generator of its own. */
export function chanceOf(seed: number): (bound: number) => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

function comparableState(oracle: Oracle, db: number): ReturnType<NonNullable<HistoryOptions["recovered"]>> {
  const keys = stateOf(oracle.model).get(db) ?? new Map<string, never>();
  const state = new Map<string, { value: string; expireAtMs: number | undefined }>();
  for (const [key, { type, value, expireAtMs }] of keys) {
    state.set(key, { value: comparableText(type, value), expireAtMs });
  }
  return state;
}
