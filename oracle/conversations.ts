// Conversations: records of several clients' requests and of all that each of them received, held against the oracle.
//
// A record has an entry for each step, as src/testing/conversation.ts writes them:
//
//   a: MULTI; PUBLISH ch m
//     a < "+OK\r\n:1\r\n"
//     b < "..."

import { matches } from "./compare.ts";
import { encode } from "./encode.ts";
import { Mail } from "./mail.ts";
import type { Oracle } from "./oracle.ts";
import type { Reply } from "./reply.ts";

/** What is wrong with the record, a line for each client and step; the oracle has then executed it. */
export function differencesIn(oracle: Oracle, record: readonly string[], nowMs: number): string[] {
  const ids = new Map<string, number>();
  const idOf = (name: string): number => {
    const id = ids.get(name) ?? ids.size + 1;
    ids.set(name, id);
    oracle.session(id);
    return id;
  };
  const differences: string[] = [];
  for (const [index, entry] of record.entries()) {
    const [step = "", ...lines] = entry.split("\n");
    const colon = step.indexOf(": ");
    const client = idOf(step.slice(0, colon));
    const expected = new Map<number, Reply[]>();
    const expect = (id: number, reply: Reply): void => {
      const replies = reply.kind === "sequence" ? reply.replies : [reply];
      expected.set(id, [...(expected.get(id) ?? []), ...replies]);
    };
    const mail = new Mail();
    oracle.model.deliver = (to, message) => {
      mail.post(to, message);
      expect(to.id, mail.next(to.id)?.message ?? message);
    };
    for (const request of step.slice(colon + 2).split("; ")) {
      const { protocol } = oracle.session(client);
      const reply = oracle.execute(client, request.split(" "), nowMs);
      if (oracle.session(client).protocol !== protocol) fix(expected.get(client) ?? [], protocol);
      expect(client, reply);
    }
    const received = new Map<number, string>();
    for (const line of lines) {
      const told = /^ {2}(\S+) < (.*)$/.exec(line);
      if (told !== null) received.set(idOf(told[1] as string), JSON.parse(told[2] as string) as string);
      const closed = /^ {2}(\S+) is closed$/.exec(line);
      if (closed !== null) oracle.forget(idOf(closed[1] as string));
    }
    for (const [name, id] of ids) {
      const replies = expected.get(id) ?? [];
      const { protocol } = oracle.session(id);
      const reply: Reply = replies.length === 1 ? (replies[0] as Reply) : { kind: "sequence", replies };
      const found = matches(reply, received.get(id) ?? "", protocol);
      if (found !== undefined) differences.push(`${index} ${step}: ${name}: ${found}`);
    }
  }
  return differences;
}

// What was said before the protocol changed stays as it was.
function fix(replies: Reply[], protocol: 2 | 3): void {
  for (const [i, reply] of replies.entries()) {
    const bytes = encode(reply, protocol);
    if (bytes !== undefined) replies[i] = { kind: "raw", bytes };
  }
}
