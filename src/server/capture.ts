// Capture: records what clients ask and are answered, so that it can be judged again offline.
//
// Role: an observer that passes everything on to another one, if there is one. One line of JSON for each request:
//
//   {"c":client,"t":nowMs,"p":protocol,"w":[words in base64],"r":"reply in base64"}
//
// with "x":"request" or "x":"reply" where that was too large to be told whole. Passwords are in it, since a replay
// needs them.
// Invariant: at most BUFFER_CHARS_MAX characters and one line wait; the file ends before `sizeMax`.

import type { Clock } from "../env/clock.ts";
import type { Disk } from "../env/disk.ts";
import type { Executed, Observer, RemovalReason, TextOf } from "../env/observer.ts";

const BUFFER_CHARS_MAX = 64 * 1024;
/** What waits is written after this long at the latest. */
const DELAY_US = 1_000_000;

export type CaptureOptions = {
  readonly path: string;
  /** Bytes that may be added to the file. */
  readonly sizeMax: number;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly log: (text: string) => void;
  readonly textOf?: TextOf;
  readonly next: Observer | undefined;
};

export class Capture implements Observer {
  readonly oneIn: number;
  readonly textOf?: TextOf;
  private readonly options: CaptureOptions;
  private readonly next: Observer | undefined;
  private waiting = "";
  private size = 0;
  private isOver = false;

  constructor(options: CaptureOptions) {
    this.options = options;
    this.next = options.next;
    this.oneIn = options.next?.oneIn ?? 1;
    if (options.textOf !== undefined) this.textOf = options.textOf;
  }

  get untold(): number {
    return this.next?.untold ?? 0;
  }

  set untold(count: number) {
    if (this.next !== undefined) this.next.untold = count;
  }

  samples(has: (key: string) => boolean): void {
    this.next?.samples?.(has);
  }

  connected(client: number): void {
    this.next?.connected(client);
  }

  disconnected(client: number): void {
    this.next?.disconnected(client);
  }

  executed(call: Executed): void {
    if (!this.isOver) this.add(call);
    this.next?.executed(call);
  }

  removed(db: number, key: string, why: RemovalReason): void {
    this.next?.removed(db, key, why);
  }

  loaded(): void {
    this.next?.loaded?.();
  }

  figures(): readonly (readonly [field: string, value: string | number])[] {
    return this.next?.figures?.() ?? [];
  }

  /** Writes what waits. */
  flush(): void {
    if (this.waiting === "") return;
    const text = this.waiting;
    this.waiting = "";
    const fault = this.options.disk.appendText(this.options.path, text);
    if (fault !== undefined) this.end(fault.text);
  }

  private add({ client, nowMs, protocol, words, reply, isRequestCut, isReplyCut }: Executed): void {
    const cut = isRequestCut ? { x: "request" } : isReplyCut ? { x: "reply" } : {};
    const call = { c: client, t: nowMs, p: protocol, w: words.map(btoa), r: btoa(reply), ...cut };
    const line = `${JSON.stringify(call)}\n`;
    if (this.size + line.length > this.options.sizeMax) {
      this.flush();
      this.end("it has its full size");
      return;
    }
    this.size += line.length;
    if (this.waiting === "") this.options.clock.after(DELAY_US, () => this.flush());
    this.waiting += line;
    if (this.waiting.length > BUFFER_CHARS_MAX) this.flush();
  }

  private end(why: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.waiting = "";
    this.options.log(`The capture of requests in ${this.options.path} ends: ${why}`);
  }
}
