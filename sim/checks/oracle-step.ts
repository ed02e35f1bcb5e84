// oracle-step: every reply is one that the oracle allows, and the whole state is the oracle's.
//
// Role: the strongest check, and the one that always runs: what the observer tells is played to the oracle in the
// order of execution, and each reply compared. As replies can only show what is asked for, the databases are
// compared as a whole every few thousand calls and at the end.
// After the first difference a node's start is not followed any further: all that comes is its consequence.

import type { Entry } from "../../oracle/model.ts";
import { stateOf } from "../../oracle/state.ts";
import type { Check, CheckContext } from "../check.ts";
import type { NodeExecuted } from "../events.ts";
import { comparableText, type LiveNode } from "../world/live-node.ts";
import type { Reference } from "./reference.ts";
import { quoted } from "./reply-grammar.ts";

const CALLS_PER_STATE = 4096;

export const oracleStep: Check = {
  name: "oracle-step",
  promises: ["P1", "P5", "P11"],
  begin(context) {
    const { references } = context;
    const lost = new Set<number>(); // Nodes whose oracle has gone another way.
    let replies = 0;
    let states = 0;
    let callsSinceState = 0;

    const compareState = (node: number): void => {
      const reference = references.of(node);
      const live = context.node(node);
      if (reference === undefined || live === undefined || lost.has(node)) return;
      states++;
      callsSinceState = 0;
      const text = stateDifference(reference, live);
      if (text === undefined) return;
      lost.add(node);
      context.report({ kind: "state differs", text: `node ${node}: ${text}` });
    };

    return {
      nodeStarted(event) {
        lost.delete(event.node);
      },
      executed(event) {
        if (lost.size > 0 && lost.has(event.node)) return;
        const verdict = references.executed(event);
        callsSinceState++;
        if (verdict === "none") return;
        replies++;
        if (verdict === "right") return;
        lost.add(event.node);
        reportReply(context, event, verdict.difference);
      },
      turnEnded(node) {
        if (callsSinceState >= CALLS_PER_STATE) compareState(node);
      },
      finished() {
        for (const { node } of references.all()) compareState(node);
      },
      counts: () => ({ replies, states }),
    };
  },
};

/** What is different between the oracle's databases and a node's, or undefined. */
export function stateDifference({ model }: Reference, live: LiveNode): string | undefined {
  // A key whose time is over is there or not, depending on who looked: neither side is held to it.
  const nowMs = Math.max(model.nowMs, live.wallMs());
  const isOver = (atMs: number | undefined): boolean => atMs !== undefined && atMs <= nowMs;
  const expected = stateOf(model);
  for (let db = 0; db < model.databases.length; db++) {
    const keys = expected.get(db) ?? new Map<string, never>();
    const actual = live.state(db);
    const entries = model.databases[db];
    for (const [key, { type, value, expireAtMs }] of keys) {
      const held = actual.get(key);
      if (held === undefined && isOver(expireAtMs)) continue;
      if (type === "hash" && hasEndedFields(entries?.get(key), nowMs)) continue;
      const where = `db ${db}, key ${quoted(key)}`;
      const text = comparableText(type, value);
      if (held === undefined) return `${where}: missing, expected ${quoted(text)}`;
      if (held.value !== text) return `${where}: expected ${quoted(text)}, holds ${quoted(held.value)}`;
      if (held.expireAtMs === expireAtMs) continue;
      return `${where}: expected to expire at ${expireAtMs ?? "no time"}, does at ${held.expireAtMs ?? "no time"}`;
    }
    for (const [key, held] of actual) {
      if (keys.has(key) || isOver(held.expireAtMs) || hasEndedFields(entries?.get(key), nowMs)) continue;
      return `db ${db}, key ${quoted(key)}: expected none, holds ${quoted(held.value)}`;
    }
  }
  return undefined;
}

// As with keys, a field whose time is over may be there or not.
function hasEndedFields(entry: Entry | undefined, nowMs: number): boolean {
  if (entry?.type !== "hash" || entry.ends === undefined) return false;
  for (const endMs of entry.ends.values()) if (endMs <= nowMs) return true;
  return false;
}

function reportReply(context: CheckContext, event: NodeExecuted, difference: string): void {
  const { node, session, client, call } = event;
  const words = quoted(call.words.join(" "), 400);
  const who = `node ${node}, session ${session}, RESP${call.protocol}, clock ${call.nowMs}`;
  const name = (call.words[0] ?? "").toUpperCase().slice(0, 32);
  context.report({ kind: `reply of ${name}`, text: `${who}: ${words}: ${difference}`, client });
}
