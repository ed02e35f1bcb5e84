// Coverage: which commands were asked for, and in which shapes they were answered.
//
// Role: a watcher over clients' events. A shape is the type mark of a reply, or an error's first word.

import type { Invoked, Lost, Replied, Watcher } from "../events.ts";
import { nameOf } from "../workloads/command-name.ts";

/** Command -> shape -> times. */
export type Shapes = Record<string, Record<string, number>>;

export class Coverage implements Watcher {
  readonly shapes = new Map<string, Map<string, number>>();
  // Commands that wait for their replies, by client and request.
  private readonly waiting: (string | undefined)[][] = [];
  private readonly known = new Map<string, string | undefined>();

  readonly invoked = ({ client, request, words }: Invoked): void => {
    const name = this.nameOf(words);
    if (name === undefined) return;
    let own = this.waiting[client];
    if (own === undefined) {
      own = [];
      this.waiting[client] = own;
    }
    while (own.length < request) own.push(undefined);
    own[request] = name;
    if (!this.shapes.has(name)) this.shapes.set(name, new Map());
  };

  readonly replied = ({ client, request, reply }: Replied): void => {
    const own = this.waiting[client];
    const name = own?.[request];
    if (own === undefined || name === undefined) return;
    own[request] = undefined;
    const shapes = this.shapes.get(name);
    const shape = shapeOf(reply);
    shapes?.set(shape, (shapes.get(shape) ?? 0) + 1);
  };

  readonly lost = ({ client, requests }: Lost): void => {
    const own = this.waiting[client];
    if (own !== undefined) for (const request of requests) own[request] = undefined;
  };

  asRecord(): Shapes {
    return Object.fromEntries([...this.shapes].map(([name, shapes]) => [name, Object.fromEntries(shapes)]));
  }

  // Containers' subcommands are not kept: there are too many spellings.
  private nameOf(words: readonly string[]): string | undefined {
    const first = words[0] ?? "";
    const kept = this.known.get(first);
    if (kept !== undefined) return kept;
    const name = nameOf(words);
    if (name === first.toLowerCase() && nameOf([first, "?"]) === nameOf([first, "help"]))
      this.known.set(first, name);
    return name;
  }
}

/** "+", ":", "$", "null", "empty", "WRONGTYPE", ... */
export function shapeOf(reply: string): string {
  const mark = reply[0];
  if (mark === undefined) return "silent";
  if (mark === "-") return /^-([A-Z]+)/.exec(reply)?.[1] ?? "-";
  if (mark === "_" || reply.startsWith("$-1") || reply.startsWith("*-1")) return "null";
  const isAggregate = mark === "*" || mark === "~" || mark === "%" || mark === ">";
  return isAggregate && reply[1] === "0" ? `${mark} empty` : mark;
}
