// Coverage: which commands were asked for, and in which shapes they were answered.
//
// Role: a watcher over clients' events. A shape is the type mark of a reply, or an error's first word.

import type { Invoked, Lost, Replied, Watcher } from "../events.ts";
import { nameOf } from "../workloads/command-name.ts";

/** Command -> shape -> times. */
export type Shapes = Record<string, Record<string, number>>;

export class Coverage implements Watcher {
  readonly shapes = new Map<string, Map<string, number>>();
  private readonly waiting = new Map<number, string>();
  private readonly known = new Map<string, string | undefined>();

  readonly invoked = ({ client, request, words }: Invoked): void => {
    const name = this.nameOf(words);
    if (name === undefined) return;
    this.waiting.set(client * 1_000_000 + request, name);
    if (!this.shapes.has(name)) this.shapes.set(name, new Map());
  };

  readonly replied = ({ client, request, reply }: Replied): void => {
    const place = client * 1_000_000 + request;
    const name = this.waiting.get(place);
    if (name === undefined) return;
    this.waiting.delete(place);
    const shapes = this.shapes.get(name);
    const shape = shapeOf(reply);
    shapes?.set(shape, (shapes.get(shape) ?? 0) + 1);
  };

  readonly lost = ({ client, requests }: Lost): void => {
    for (const request of requests) this.waiting.delete(client * 1_000_000 + request);
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
