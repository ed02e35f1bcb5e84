// Mail: messages that subscribers must find among what they receive, in the order they were sent.
//
// A client's patterns have no order: of the messages that several of its patterns give, any comes first.

import { difference } from "./compare.ts";
import type { Session } from "./model.ts";
import { chosen, type Reply } from "./reply.ts";

/** A message as it is to be received; the protocol is that of the moment it was sent. */
export type Letter = { readonly message: Reply; readonly protocol: 2 | 3 };

type Box = { readonly letters: Letter[]; readonly ofPatterns: Reply[] };

export class Mail {
  private readonly boxes = new Map<number, Box>();

  post({ id, protocol }: Session, message: Reply): void {
    let box = this.boxes.get(id);
    if (box === undefined) {
      box = { letters: [], ofPatterns: [] };
      this.boxes.set(id, box);
    }
    const sent = isOfPattern(message) ? anyOf(box.ofPatterns, message, protocol) : message;
    box.letters.push({ message: sent, protocol });
  }

  /** Takes the oldest letter to a client. */
  next(id: number): Letter | undefined {
    return this.boxes.size === 0 ? undefined : this.boxes.get(id)?.letters.shift();
  }

  forget(id: number): void {
    this.boxes.delete(id);
  }
}

function isOfPattern(message: Reply): boolean {
  return (
    message.kind === "push" && message.items[0]?.kind === "bulk" && message.items[0].bytes === "pmessage"
  );
}

function anyOf(pool: Reply[], message: Reply, protocol: 2 | 3): Reply {
  pool.push(message);
  return chosen("a message for a pattern", (answer) => {
    const found = pool.findIndex((each) => difference(each, answer, protocol) === undefined);
    if (found >= 0) pool.splice(found, 1);
    return found >= 0;
  });
}
