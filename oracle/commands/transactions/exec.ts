// EXEC: runs what MULTI has kept, unless a call was refused or a watched key was changed.
//
// A server may be judged in two ways. By the whole reply: then the calls run here, and the reply holds theirs. Or one
// told each of the calls as EXEC ran it (Oracle.inner): then EXEC's reply must be those replies, in their order.
//
// Not for the whole: a call that answers several times (UNSUBSCRIBE without names) where not all replies are exact.

import type { OracleCommand } from "../../command.ts";
import { difference } from "../../compare.ts";
import { encode } from "../../encode.ts";
import { errors } from "../../errors.ts";
import type { Model, Session } from "../../model.ts";
import { type Answer, array, chosen, error, nilArray, nothing, type Reply } from "../../reply.ts";
import { endTransaction, isTouched, type Transaction, unwatch } from "../../transactions.ts";

export const exec: OracleCommand = {
  name: "exec",
  arity: 1,
  class: "exact",
  run: () => error(errors.execWithoutMulti), // With one, the oracle calls `runTransaction`.
};

/** Runs one of the kept calls; its reply is `nothing` where CLIENT REPLY keeps it back. */
export type RunKept = (words: readonly string[]) => Reply;

/** The reply of EXEC, with what CLIENT REPLY leaves of it. */
export function runTransaction(model: Model, session: Session, runKept: RunKept): Reply {
  const { transaction } = session;
  const isMuted = session.replyMode !== "on";
  if (transaction === undefined) return nothing;
  if (transaction.toldFrom !== undefined) {
    end(model, session);
    return toldReply(transaction);
  }
  if (transaction.isRefused || isTouched(model, session)) {
    end(model, session);
    return isMuted ? nothing : notRun(transaction);
  }
  unwatch(model, session);
  session.transaction = undefined;
  session.isInExec = true;
  const calls = [...transaction.calls];
  const replies: Reply[] = [];
  for (let words = calls.shift(); words !== undefined; words = calls.shift()) {
    const { protocol } = session;
    const reply = runKept(words);
    if (session.protocol !== protocol) fix(replies, protocol);
    replies.push(...(reply.kind === "sequence" ? reply.replies : [reply]));
    // What the others answer may depend on what the server chose.
    const isOpen = calls.length > 0 && encode(reply, session.protocol) === undefined;
    if (isOpen && !isMuted) return inTurn({ model, session, runKept, replies, calls });
  }
  end(model, session);
  return joined(replies, transaction.calls.length, isMuted);
}

type Rest = {
  readonly model: Model;
  readonly session: Session;
  readonly runKept: RunKept;
  /** Of the calls that were run. */
  readonly replies: readonly Reply[];
  readonly calls: readonly (readonly string[])[];
};

// Each call is run when the answers before it have been judged, and adopted.
function inTurn({ model, session, runKept, replies, calls }: Rest): Reply {
  return chosen(`the replies of a transaction, the last of them to ${calls.at(-1)?.join(" ")}`, (answer) => {
    if (answer.kind !== "array") return false;
    let at = 0;
    const judge = (reply: Reply): boolean => {
      if (reply.kind === "sequence") return reply.replies.every(judge);
      const item: Answer | undefined = answer.items[at++];
      return item !== undefined && difference(reply, item, session.protocol) === undefined;
    };
    const isRight = replies.every(judge) && calls.every((words) => judge(runKept(words)));
    end(model, session);
    return isRight && at === answer.items.length;
  });
}

// CLIENT REPLY SKIP is about the one call behind it, of which EXEC is one.
function end(model: Model, session: Session): void {
  endTransaction(model, session);
  session.isInExec = false;
  if (session.replyMode === "skip") session.replyMode = "on";
  else if (session.replyMode === "skip-next") session.replyMode = "skip";
}

function notRun({ isRefused }: Transaction): Reply {
  return isRefused ? error(errors.execAbort) : nilArray;
}

// HELLO changes how later replies are written, but not those before it.
function fix(replies: Reply[], protocol: 2 | 3): void {
  for (const [i, reply] of replies.entries()) {
    const bytes = encode(reply, protocol);
    if (bytes !== undefined) replies[i] = { kind: "raw", bytes };
  }
}

// A call may answer more than once (SUBSCRIBE) or not at all (CLIENT REPLY), whatever the array's head said.
function joined(replies: readonly Reply[], count: number, isMuted: boolean): Reply {
  if (isMuted) return replies.length === 0 ? nothing : { kind: "sequence", replies };
  if (replies.length === count) return array(replies);
  if (replies.length > count)
    return { kind: "sequence", replies: [array(replies.slice(0, count)), ...replies.slice(count)] };
  return { kind: "sequence", replies: [{ kind: "raw", bytes: `*${count}\r\n` }, ...replies] };
}

// The replies have been judged one by one; here it counts that they are all there, as the calls were kept.
function toldReply(transaction: Transaction): Reply {
  const { calls, told, toldFrom } = transaction;
  if (toldFrom?.isRunning !== true) return toldFrom?.isMuted === true ? nothing : notRun(transaction);
  const isSame =
    calls.length === told.length && calls.every((words, i) => isEqual(words, told[i]?.words ?? []));
  if (!isSame) return chosen(`that ${calls.length} calls were run, in their order`, () => false);
  const head = toldFrom.isMuted ? "" : `*${told.length}\r\n`;
  return { kind: "raw", bytes: `${head}${told.map(({ reply }) => reply).join("")}` };
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, i) => word === b[i]);
}
