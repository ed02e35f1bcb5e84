// Log files: servers that keep an append-only log in a test's memory, and servers started with what is on such a disk.

import { createTestServer, type TestServer, type TestServerOptions } from "./command-runner.ts";
import { stateOf } from "./data-state.ts";
import { MemoryFiles } from "./memory-files.ts";

const folder = "appendonlydir";

/** A server that has loaded the log on `files` and keeps it; `failure` is why it would not serve. */
export function startedWithLog(
  files: MemoryFiles,
  options: TestServerOptions = {},
): { readonly server: TestServer; readonly failure: string | undefined } {
  const server = createTestServer({
    ...options,
    config: { appendonly: "yes", ...options.config },
    files,
  });
  server.server.persistence.log.file.sharesWrites = false;
  let failure: string | undefined = "it is still loading";
  server.server.persistence.loadAtStart((reason) => {
    failure = reason;
  });
  // Loading in slices goes on by timers; the clock need not move for them.
  while (server.server.persistence.isLoading && failure === "it is still loading") server.advance(0);
  return { server, failure };
}

/** What the disk would hold if the process ended now. */
export function copyOf(files: MemoryFiles): MemoryFiles {
  const copy = new MemoryFiles();
  for (const [path, bytes] of files.contents) copy.contents.set(path, bytes.slice());
  return copy;
}

/** The path of the increment that is being written. */
export function incrementOf(files: MemoryFiles): string {
  const manifest = textAt(files, `${folder}/appendonly.aof.manifest`);
  const names = [...manifest.matchAll(/file (\S+) seq \d+ type i/g)].map(([, name = ""]) => name);
  return `${folder}/${names.at(-1) ?? ""}`;
}

/** A file's text, Latin-1. */
export function textAt(files: MemoryFiles, path: string): string {
  return Buffer.from(files.contents.get(path) ?? []).toString("latin1");
}

/** The requests of a file, words with spaces in between. */
export function requestsIn(text: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; ) {
    let end = text.indexOf("\r\n", at);
    const words: string[] = [];
    const count = Number(text.slice(at + 1, end));
    at = end + 2;
    for (let i = 0; i < count; i++) {
      end = text.indexOf("\r\n", at);
      const length = Number(text.slice(at + 1, end));
      words.push(text.slice(end + 2, end + 2 + length));
      at = end + 2 + length + 2;
    }
    found.push(words.join(" "));
  }
  return found;
}

/** As `stateOf`, without when consumers were seen last and how trees are made up, which no log keeps. */
export function loggedStateOf(server: TestServer): string[] {
  return stateOf(server).map((line) =>
    line
      .replace(/(seen-time\r\n):\d+/g, "$1:then")
      .replace(/(radix-tree-(?:keys|nodes)\r\n):\d+/g, "$1:some"),
  );
}
