// SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE and their opposites: a message for each name, with what is left.
//
// CLIENT REPLY OFF and SKIP do not keep these messages back. They are then no replies, but come to the client as others do.

import type { Call, OracleCommand } from "../../command.ts";
import { bulk, chosen, error, nil, nothing, type Reply } from "../../reply.ts";
import { confirmation, countOf, type SubscriptionKind } from "../../subscriptions.ts";

export const subscribeCommands: readonly OracleCommand[] = [
  begins("subscribe", "channels"),
  begins("psubscribe", "patterns"),
  { ...begins("ssubscribe", "shardChannels"), run: subscribeToShard },
  ends("unsubscribe", "channels"),
  ends("punsubscribe", "patterns"),
  ends("sunsubscribe", "shardChannels"),
];

function begins(name: string, kind: SubscriptionKind): OracleCommand {
  return { name, arity: -2, class: "exact", run: (call) => begin(call, name, kind) };
}

function begin(call: Call, name: string, kind: SubscriptionKind): Reply {
  const { session, words } = call;
  const replies = words.slice(1).map((channel) => {
    session.subscriptions[kind].add(channel);
    return confirmation(name, bulk(channel), countOf(session, kind));
  });
  return several(call, replies);
}

// Unlike the others it is refused inside EXEC.
function subscribeToShard(call: Call): Reply {
  if (call.session.isInExec) return error("ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client");
  return begin(call, "ssubscribe", "shardChannels");
}

function ends(name: string, kind: SubscriptionKind): OracleCommand {
  const run = (call: Call): Reply => {
    const { session, words } = call;
    const names = session.subscriptions[kind];
    if (words.length === 1 && names.size === 0)
      return several(call, [confirmation(name, nil, countOf(session, kind))]);
    if (words.length > 1) {
      const replies = words.slice(1).map((channel) => {
        names.delete(channel);
        return confirmation(name, bulk(channel), countOf(session, kind));
      });
      return several(call, replies);
    }
    // All of them, in the server's order.
    const left = new Set(names);
    const replies = [...names].map((channel) => {
      names.delete(channel);
      return confirmation(name, left.size === 1 ? bulk(channel) : oneOf(left), countOf(session, kind));
    });
    return several(call, replies);
  };
  return { name, arity: -1, class: "unordered", run };
}

function oneOf(names: Set<string>): Reply {
  return chosen(`one of ${names.size} that is left`, (answer) => {
    return answer.kind === "bulk" && names.delete(answer.text);
  });
}

function several({ model, session }: Call, replies: readonly Reply[]): Reply {
  if (session.replyMode === "off" || session.replyMode === "skip") {
    for (const reply of replies) model.deliver(session, reply);
    return nothing;
  }
  return replies.length === 1 ? (replies[0] as Reply) : { kind: "sequence", replies };
}
