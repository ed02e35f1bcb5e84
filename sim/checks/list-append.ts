// list-append: lists that clients only append to and read, alone or in transactions, show one order of everything.
//
// Role: makes transactions for append-cycles.ts out of what clients sent and saw: RPUSH and LRANGE of a whole list,
// single or between MULTI and EXEC. It believes the clients alone, and spans all keys.
// A list that anything else writes to is left out, and so is one to which a value is appended twice; a node that
// went down in the meantime is left out as a whole.

import type { Check, CheckContext } from "../check.ts";
import type { Invoked, Lost, NodeRemoved, Replied } from "../events.ts";
import { appendAnomaly, type ListStep, type ListTransaction } from "./append-cycles.ts";
import { placeOf } from "./pairing.ts";
import { commandOf, hasUnknownKeys, keysOf } from "./reference.ts";
import { isErrorReply, isNullReply, quoted, type ReplyTree, replyTree } from "./reply-grammar.ts";

export const listAppend: Check = {
  name: "list-append",
  promises: ["P1", "P2"],
  begin: (context) => new ListAppendChecking(context),
};

type Request = {
  readonly event: Invoked;
  toUs: number;
  reply: string | undefined;
  protocol: 2 | 3;
};

class ListAppendChecking {
  private readonly context: CheckContext;
  private readonly lines = new Map<number, Request[]>();
  private readonly open = new Map<string, Request>();
  private readonly spoiltNodes = new Set<number>();
  /** Lists that the server itself removed. */
  private readonly vanished = new Set<string>();
  private transactions = 0;

  constructor(context: CheckContext) {
    this.context = context;
  }

  readonly invoked = (event: Invoked): void => {
    const request: Request = { event, toUs: Number.POSITIVE_INFINITY, reply: undefined, protocol: 2 };
    const line = this.lines.get(placeOf(event));
    if (line === undefined) this.lines.set(placeOf(event), [request]);
    else line.push(request);
    this.open.set(`${placeOf(event)}.${event.request}`, request);
  };
  readonly replied = (event: Replied): void => {
    const key = `${placeOf(event)}.${event.request}`;
    const request = this.open.get(key);
    this.open.delete(key);
    if (request === undefined || event.reply === "") return;
    request.toUs = event.atUs;
    request.reply = event.reply;
    request.protocol = event.protocol;
  };
  readonly wentRaw = (event: Pick<Lost, "client"> & { readonly node: number }): void => {
    this.spoiltNodes.add(event.node);
  };
  readonly removed = ({ node, db, key }: NodeRemoved): void => {
    this.vanished.add(`${node}/${db}/${key}`);
  };
  readonly nodeEnded = ({ node }: { readonly node: number }): void => {
    this.spoiltNodes.add(node);
  };

  readonly finished = (): void => {
    const spoilt = new Set(this.vanished);
    const found: ListTransaction[] = [];
    for (const line of this.lines.values()) {
      if (!this.spoiltNodes.has(line[0]?.event.node ?? -1))
        found.push(...new LineReader(line, spoilt).read());
    }
    spoilRepeated(found, spoilt);
    const kept = found.flatMap((each): readonly ListTransaction[] => {
      const steps = each.steps.filter(({ key }) => !spoilt.has(key) && !spoilt.has(nodeOf(key)));
      return steps.length === 0 ? [] : [{ ...each, steps }];
    });
    this.transactions += kept.length;
    const anomaly = appendAnomaly(kept);
    if (anomaly !== undefined) this.context.report(anomaly);
  };

  readonly counts = (): Record<string, number> => ({ "transactions?": this.transactions });
}

// Reads one connection's requests into transactions. Keys carry their node and database: "1/0/key".
class LineReader {
  private readonly line: readonly Request[];
  private readonly spoilt: Set<string>;
  private readonly found: ListTransaction[] = [];
  private db = 0;
  private queued: Request[] | undefined = undefined;

  constructor(line: readonly Request[], spoilt: Set<string>) {
    this.line = line;
    this.spoilt = spoilt;
  }

  read(): readonly ListTransaction[] {
    for (const request of this.line) this.take(request);
    // A transaction whose EXEC was never sent did nothing.
    return this.found;
  }

  private take(request: Request): void {
    const { words } = request.event;
    const name = (words[0] ?? "").toLowerCase();
    const isRefused = request.reply !== undefined && isErrorReply(request.reply);
    if (name === "multi" && !isRefused) this.queued = [];
    else if (name === "discard" && !isRefused) this.queued = undefined;
    else if (name === "exec") this.exec(request, isRefused);
    else if (name === "select" && this.queued !== undefined) this.spoilt.add(`${request.event.node}`);
    else if (name === "select" && !isRefused && /^\d+$/.test(words[1] ?? "")) this.db = Number(words[1]);
    else if (name === "reset" && !isRefused) {
      this.db = 0;
      this.queued = undefined;
    } else if (this.queued !== undefined) this.queued.push(request);
    else this.single(request, isRefused);
  }

  private single(request: Request, isRefused: boolean): void {
    const tree = request.reply === undefined ? undefined : replyTree(request.reply, request.protocol);
    const steps = this.stepsOf(request, isRefused ? undefined : tree);
    this.add(request, steps, isRefused ? "refused" : request.reply === undefined ? "unknown" : "done");
  }

  private exec(request: Request, isRefused: boolean): void {
    const queued = this.queued ?? [];
    this.queued = undefined;
    const { reply } = request;
    const isDone = reply !== undefined && !isRefused && !isNullReply(reply);
    const items = isDone ? (replyTree(reply, request.protocol)?.items ?? []) : [];
    const accepted = queued.filter((each) => each.reply === undefined || !isErrorReply(each.reply));
    const steps = accepted.flatMap((each, i) => {
      const item = items[i];
      return item?.mark === "-" ? [] : this.stepsOf(each, item);
    });
    this.add(request, steps, isDone ? "done" : reply === undefined ? "unknown" : "refused");
  }

  private add(
    { event, toUs }: Request,
    steps: readonly ListStep[],
    outcome: ListTransaction["outcome"],
  ): void {
    if (steps.length === 0) return;
    const what = steps.map(({ is, key, values }) => `${is} ${quoted(key)} ${values.join(",")}`).join(" + ");
    const shown = `client ${event.client} request ${event.request} [${event.atUs}..${toUs} us] ${what}`;
    this.found.push({ from: event.atUs, to: toUs, steps, outcome, shown });
  }

  // `tree`: the reply, where it is known.
  private stepsOf({ event }: Request, tree: ReplyTree | undefined): readonly ListStep[] {
    const { words, node } = event;
    const name = (words[0] ?? "").toLowerCase();
    const key = `${node}/${this.db}/${words[1] ?? ""}`;
    if (name === "rpush" && words.length > 2) return [{ is: "append", key, values: words.slice(2) }];
    if (name === "lrange" && words[2] === "0" && words[3] === "-1" && words.length === 4) {
      if (tree?.mark !== "*") return [];
      return [{ is: "read", key, values: tree.items.map(({ text }) => text) }];
    }
    this.maybeSpoil(words, node);
    return [];
  }

  private maybeSpoil(words: readonly string[], node: number): void {
    const command = commandOf(words);
    if (command === undefined || !command.isWrite) return;
    const keys = keysOf(command, words);
    // Without keys it is a flush, or a swap, of whole databases.
    if (keys.length === 0 || hasUnknownKeys(command)) this.spoilt.add(`${node}`);
    for (const key of keys) this.spoilt.add(`${node}/${this.db}/${key}`);
  }
}

function nodeOf(key: string): string {
  return key.slice(0, key.indexOf("/"));
}

function spoilRepeated(transactions: readonly ListTransaction[], spoilt: Set<string>): void {
  const values = new Set<string>();
  for (const { steps } of transactions) {
    for (const step of steps) {
      if (step.is !== "append") continue;
      for (const value of step.values) {
        const place = `${step.key.length} ${step.key} ${value}`;
        if (values.has(place)) spoilt.add(step.key);
        values.add(place);
      }
    }
  }
}
