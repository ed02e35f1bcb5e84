// Snapshot files: what a test server writes and loads, as bytes.

import { createTestServer, type TestServer, type TestServerOptions } from "./command-runner.ts";
import { MemoryFiles } from "./memory-files.ts";

const fileName = "dump.rdb";

/** The file that SAVE writes. */
export function savedBy(server: TestServer): Uint8Array {
  const reply = server.run("SAVE");
  const bytes = server.files.contents.get(fileName);
  if (reply !== "+OK\r\n" || bytes === undefined) throw new Error(`SAVE answered ${reply}`);
  return bytes;
}

/** A server that was started with this file; `failure` is why it would not serve. */
export function startedWith(
  bytes: Uint8Array,
  options: TestServerOptions = {},
): { readonly server: TestServer; readonly failure: string | undefined } {
  const files = new MemoryFiles();
  files.contents.set(fileName, bytes);
  const server = createTestServer({ ...options, files });
  let failure: string | undefined = "it is still loading";
  server.server.persistence.loadAtStart((reason) => {
    failure = reason;
  });
  // Loading in slices goes on by timers; the clock need not move for them.
  while (server.server.persistence.isLoading) server.advance(0);
  return { server, failure };
}
