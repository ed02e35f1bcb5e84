// Raw connection: a TCP or Unix socket client that keeps every byte the server sent.
//
// Role: the client side of all comparisons. It knows where replies end and nothing else about them.
// Invariant: replies are taken in order; a connection that ended answers no further request, and says why.

import { createConnection, type Socket } from "node:net";
import { frameEnd } from "./reply-frame.ts";

const invalidation = Buffer.from(">2\r\n$10\r\ninvalidate\r\n");

export type Place = { readonly host?: string; readonly port: number } | { readonly path: string };

export class RawConnection {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #unread: Buffer = Buffer.alloc(0);
  #wake: (() => void) | undefined;
  /** Whether something came that no one has waited for yet. */
  #isNews = false;
  /** Whether `take` passes over what tells of keys that have changed (CLIENT TRACKING): that comes unasked. */
  skipsInvalidations = false;
  /** Why the connection is over, once it is. */
  ending: "closed" | "reset" | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#isNews = true;
      this.#wake?.();
    });
    socket.on("error", () => {
      this.ending = "reset";
    });
    socket.on("close", () => {
      this.ending ??= "closed";
      this.#isNews = true;
      this.#wake?.();
    });
  }

  static open(place: Place): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket =
        "port" in place
          ? createConnection(place.port, place.host ?? "127.0.0.1")
          : createConnection(place.path);
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new RawConnection(socket));
      });
    });
  }

  /** One over a socket that is connected already, such as an encrypted one. */
  static over(socket: Socket): RawConnection {
    return new RawConnection(socket);
  }

  send(bytes: Uint8Array): void {
    if (this.ending === undefined) this.#socket.write(bytes);
  }

  /** The raw bytes of the next `count` replies; fewer when the connection ends or nothing comes in time. */
  async take(count: number, timeoutMs = 20_000): Promise<Buffer[]> {
    const replies: Buffer[] = [];
    let position = 0;
    for (;;) {
      this.#join();
      while (replies.length < count && position < this.#unread.length) {
        const end = frameEnd(this.#unread, position);
        if (end < 0) break;
        if (this.skipsInvalidations && this.#unread.subarray(position, end).indexOf(invalidation) === 0) {
          position = end;
          continue;
        }
        replies.push(this.#unread.subarray(position, end));
        position = end;
      }
      if (replies.length === count || this.ending !== undefined) break;
      if (!(await this.#arrival(timeoutMs))) break;
    }
    this.#unread = this.#unread.subarray(position);
    return replies;
  }

  /** Ends our side and gives everything the server sends until it ends its own; undefined when it does not. */
  async readToEnd(timeoutMs = 20_000): Promise<Buffer | undefined> {
    this.#socket.end();
    while (this.ending === undefined) if (!(await this.#arrival(timeoutMs))) return undefined;
    this.#join();
    const all = this.#unread;
    this.#unread = Buffer.alloc(0);
    return all;
  }

  /** Waits until the server ends the connection by itself; false when it does not in time. */
  async waitForEnd(timeoutMs = 20_000): Promise<boolean> {
    while (this.ending === undefined) if (!(await this.#arrival(timeoutMs))) return false;
    return true;
  }

  /** What has arrived and was not taken. */
  get unread(): Buffer {
    this.#join();
    return this.#unread;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
  }

  #join(): void {
    if (this.#chunks.length === 0) return;
    this.#unread = Buffer.concat([this.#unread, ...this.#chunks]);
    this.#chunks = [];
  }

  // Resolves with false when neither bytes nor an end came in time.
  #arrival(timeoutMs: number): Promise<boolean> {
    if (this.#isNews) {
      this.#isNews = false;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#wake = undefined;
        resolve(false);
      }, timeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        this.#isNews = false;
        resolve(true);
      };
    });
  }
}
