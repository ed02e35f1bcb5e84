// Replica end: what a replica of a test receives, taken apart, and a server made of that alone.
//
// Role: a connection whose network takes bytes when the test says so, and the parts of what came: the line that PSYNC is
// answered with, the snapshot in its envelope, and the requests behind it.

import { encodeRequest, type TestServer } from "./command-runner.ts";
import { requestsIn, startedWithLog } from "./log-files.ts";
import { MemoryFiles } from "./memory-files.ts";
import { SlowStream } from "./slow-stream.ts";

const folder = "appendonlydir";
/** What replicas are sent beside changes of the data. */
const aside = /^(PING|REPLCONF GETACK \*|S?PUBLISH .*)$/i;

export class ReplicaEnd {
  readonly stream: SlowStream;

  constructor(server: TestServer, roomBytes = Number.POSITIVE_INFINITY) {
    this.stream = new SlowStream((each) => server.server.hub.accept(each, undefined), roomBytes);
  }

  /** Sends a request. */
  ask(...words: readonly (string | number)[]): void {
    this.stream.send(encodeRequest(words));
  }

  get isClosed(): boolean {
    return this.stream.isClosed;
  }

  /** Without replies in front and newlines, which keep the connection alive. */
  private get received(): string {
    return this.stream.received.replace(/^(\+OK\r\n)*/, "").replace(/^\n*(\+FULLRESYNC[^\r]*\r\n)?\n*/, "");
  }

  /** The snapshot, once all of it is there. */
  get snapshot(): string | undefined {
    return this.parts?.snapshot;
  }

  /** The requests behind the snapshot. */
  get requests(): string[] {
    return requestsIn(this.parts?.rest ?? "");
  }

  private get parts(): { readonly snapshot: string; readonly rest: string } | undefined {
    const { received } = this;
    const end = received.indexOf("\r\n");
    if (end < 0) return undefined;
    const front = received.slice(0, end);
    const text = received.slice(end + 2);
    if (front.startsWith("$EOF:")) {
      const mark = front.slice(5);
      const at = text.indexOf(mark);
      if (at < 0) return undefined;
      return { snapshot: text.slice(0, at), rest: text.slice(at + mark.length) };
    }
    const length = Number(front.slice(1));
    return text.length < length ? undefined : { snapshot: text.slice(0, length), rest: text.slice(length) };
  }

  /** A server that has what this replica has been sent: the snapshot is its log's base, the requests the increment. */
  asServer(nowMs: number, shards = 1): TestServer {
    const { parts } = this;
    if (parts === undefined) throw new Error("assertion failed: the snapshot is not whole");
    const files = new MemoryFiles();
    const put = (name: string, text: string): void => {
      files.contents.set(`${folder}/${name}`, new Uint8Array(Buffer.from(text, "latin1")));
    };
    const requests = rawRequestsIn(parts.rest).filter((each) => !aside.test(requestsIn(each)[0] ?? ""));
    put("appendonly.aof.1.base.rdb", parts.snapshot);
    put("appendonly.aof.1.incr.aof", requests.join(""));
    put(
      "appendonly.aof.manifest",
      "file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n",
    );
    const { server, failure } = startedWithLog(files, { nowMs, shards });
    if (failure !== undefined) throw new Error(failure);
    return server;
  }
}

// Each request as it stood on the wire.
function rawRequestsIn(text: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; ) {
    const from = at;
    let end = text.indexOf("\r\n", at);
    const count = Number(text.slice(at + 1, end));
    at = end + 2;
    for (let i = 0; i < count; i++) {
      end = text.indexOf("\r\n", at);
      at = end + 2 + Number(text.slice(at + 1, end)) + 2;
    }
    found.push(text.slice(from, at));
  }
  return found;
}
