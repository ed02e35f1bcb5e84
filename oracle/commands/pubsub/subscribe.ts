// SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE and their opposites: a message for each name, with what is left.

import type { Call, OracleCommand } from "../../command.ts";
import { bulk, chosen, nil, type Reply } from "../../reply.ts";
import { confirmation, countOf, type SubscriptionKind } from "../../subscriptions.ts";

export const subscribeCommands: readonly OracleCommand[] = [
  begins("subscribe", "channels"),
  begins("psubscribe", "patterns"),
  begins("ssubscribe", "shardChannels"),
  ends("unsubscribe", "channels"),
  ends("punsubscribe", "patterns"),
  ends("sunsubscribe", "shardChannels"),
];

function begins(name: string, kind: SubscriptionKind): OracleCommand {
  const run = ({ session, words }: Call): Reply => {
    const replies = words.slice(1).map((channel) => {
      session.subscriptions[kind].add(channel);
      return confirmation(name, bulk(channel), countOf(session, kind));
    });
    return several(replies);
  };
  return { name, arity: -2, class: "exact", run };
}

function ends(name: string, kind: SubscriptionKind): OracleCommand {
  const run = ({ session, words }: Call): Reply => {
    const names = session.subscriptions[kind];
    if (words.length === 1 && names.size === 0) return confirmation(name, nil, countOf(session, kind));
    if (words.length > 1) {
      const replies = words.slice(1).map((channel) => {
        names.delete(channel);
        return confirmation(name, bulk(channel), countOf(session, kind));
      });
      return several(replies);
    }
    // All of them, in the server's order.
    const left = new Set(names);
    const replies = [...names].map((channel) => {
      names.delete(channel);
      return confirmation(name, left.size === 1 ? bulk(channel) : oneOf(left), countOf(session, kind));
    });
    return several(replies);
  };
  return { name, arity: -1, class: "unordered", run };
}

function oneOf(names: Set<string>): Reply {
  return chosen(`one of ${names.size} that is left`, (answer) => {
    return answer.kind === "bulk" && names.delete(answer.text);
  });
}

function several(replies: readonly Reply[]): Reply {
  return replies.length === 1 ? (replies[0] as Reply) : { kind: "sequence", replies };
}
