// Node timer: a callback that is due in the world first, and then has its turn in its node.

import type { Due } from "./queue.ts";

/** What a timer needs of its node. */
export interface Timed {
  post(channel: number, work: Due): void;
  /** Told when the timer's turn has come. */
  ran(timer: NodeTimer): void;
}

export class NodeTimer implements Due {
  readonly id: number;
  isCancelled = false;
  isLate = false;
  private readonly node: Timed;
  private readonly channel: number;
  private readonly callback: () => void;
  private isDue = false;

  constructor(node: Timed, id: number, channel: number, callback: () => void) {
    this.node = node;
    this.id = id;
    this.channel = channel;
    this.callback = callback;
  }

  fire(): void {
    if (this.isCancelled) return;
    if (!this.isDue) {
      this.isDue = true;
      this.node.post(this.channel, this);
      return;
    }
    this.node.ran(this);
    this.callback();
  }
}
