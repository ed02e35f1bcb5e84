// Queue: elements pushed by some clients and taken by others that block for them; none may be lost or come twice.
//
// Role: what the writers' own databases cannot show: a reply that one client waits for depends on another's write. An
// element is in the queue, in the list it was moved to, or with whoever popped it. A pop whose reply never came may
// have taken one element.

import { RawConnection } from "../resp/raw-connection.ts";
import { isErrorFrame, parseFrame } from "../resp/reply-frame.ts";
import { encodeRequest, type Words } from "../resp/request.ts";
import { ask } from "./held.ts";

const queueDb = 14;
const burst = 8;
const aheadMax = 2000;

export class Queue {
  private readonly sent = new Set<string>();
  private readonly pushed = new Set<string>();
  private readonly popped = new Set<string>();
  private readonly moved = new Set<string>();
  private unanswered = 0;
  private drawn: number;
  private isEnding = false;

  constructor(first: number) {
    this.drawn = first;
  }

  get count(): number {
    return this.drawn;
  }

  rest(): void {
    this.isEnding = true;
  }

  /** Pushes and pops until the server is gone. */
  async run(port: number): Promise<void> {
    const takers: Words[] = [
      ["BLPOP", "queue", "0.05"],
      ["BRPOP", "queue", "0.05"],
      ["BLMOVE", "queue", "moved", "LEFT", "RIGHT", "0.05"],
      ["BZPOPMIN", "nothing", "0.001"],
    ];
    await Promise.all([this.push(port), ...takers.map((words) => this.take(port, words))]);
  }

  private async push(port: number): Promise<void> {
    const connection = await this.open(port);
    while (connection !== undefined && !this.isEnding) {
      const elements = Array.from({ length: burst }, () => `e${this.drawn++}`);
      for (const element of elements) this.sent.add(element);
      connection.send(Buffer.concat(elements.map((element) => encodeRequest(["RPUSH", "queue", element]))));
      const replies = await connection.take(burst);
      for (const [i] of replies.entries()) this.pushed.add(elements[i] as string);
      if (replies.length < burst) break;
      // The takers are slower.
      if (Number(replies.at(-1)?.toString("latin1", 1)) > aheadMax) {
        connection.send(encodeRequest(["BLPOP", "no such list", "0.02"]));
        if ((await connection.take(1)).length < 1) break;
      }
    }
    connection?.close();
  }

  private async take(port: number, words: Words): Promise<void> {
    const connection = await this.open(port);
    while (connection !== undefined && !this.isEnding) {
      this.unanswered++;
      connection.send(encodeRequest(words));
      const [raw] = await connection.take(1);
      if (raw === undefined || isErrorFrame(raw)) break;
      this.unanswered--;
      const { items, text } = parseFrame(raw);
      if (words[0] === "BLMOVE" && text !== "-1") this.moved.add(text);
      else if (items.length > 1) this.popped.add(items[1]?.text ?? "");
    }
    connection?.close();
  }

  private async open(port: number): Promise<RawConnection | undefined> {
    const connection = await RawConnection.open({ port }).catch(() => undefined);
    connection?.send(encodeRequest(["SELECT", `${queueDb}`]));
    return (await connection?.take(1))?.length === 1 ? connection : undefined;
  }

  /**
   * What is wrong with what a restarted server holds, or undefined; then both lists are removed. `isOlder`: it holds
   * the state of an earlier moment, and only what holds at every moment is asked.
   */
  async judge(connection: RawConnection, isOlder: boolean): Promise<string | undefined> {
    const [, queue, moved] = await ask(connection, [
      ["SELECT", `${queueDb}`],
      ["LRANGE", "queue", "0", "-1"],
      ["LRANGE", "moved", "0", "-1"],
    ]);
    const inQueue = (queue?.items ?? []).map(({ text }) => text);
    const inMoved = (moved?.items ?? []).map(({ text }) => text);
    await ask(connection, [["DEL", "queue", "moved"]]);
    const there = new Set([...inQueue, ...inMoved]);
    if (there.size < inQueue.length + inMoved.length) return "an element of the queue is there twice";
    if (isOlder) return undefined;
    const strange = [...there].find((element) => !this.sent.has(element));
    if (strange !== undefined) return `${strange} is in the queue, and was removed long ago`;
    const again = [...this.popped].find((element) => there.has(element));
    if (again !== undefined) return `${again} was popped, and is in the queue again`;
    const movedThere = new Set(inMoved);
    const unmoved = [...this.moved].find((element) => !movedThere.has(element));
    if (unmoved !== undefined) return `${unmoved} was moved, and is not where it was moved to`;
    const lost = [...this.pushed].filter((element) => !there.has(element) && !this.popped.has(element));
    if (lost.length <= this.unanswered) return undefined;
    return `${lost.length} elements were pushed and are nowhere, ${lost[0]} first; ${this.unanswered} pops had no answer`;
  }
}
