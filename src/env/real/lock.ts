// Real locks: a name in a directory is locked by listening on an address of Linux's abstract namespace that is named
// after it.
//
// Node.js has no flock, and a file with a process's number in it outlives the process. An abstract address has no file,
// is given to one at a time, and is free again when its holder is gone, killed or not. It belongs to a network
// namespace: containers that share a folder and nothing else do not see each other's. Where there is no such namespace
// nothing is locked.

import { createHash } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { createServer } from "node:net";
import type { DirectoryLock } from "../lock.ts";

const DIGEST_DIGITS = 32;

export function realLock(): DirectoryLock {
  const held = new Set<string>();
  return {
    take(directory, of, done) {
      const name = process.platform === "linux" ? nameOf(directory, of) : undefined;
      if (name === undefined || held.has(name)) {
        setImmediate(() => done(true));
        return;
      }
      const server = createServer((socket) => socket.destroy());
      server.on("error", (error: NodeJS.ErrnoException) => done(error.code !== "EADDRINUSE"));
      server.listen({ path: `\0${name}` }, () => {
        held.add(name);
        server.unref();
        done(true);
      });
    },
  };
}

// The same for every path that leads there.
function nameOf(directory: string, of: string): string | undefined {
  try {
    const { dev, ino } = statSync(realpathSync(directory));
    // An address has about a hundred bytes.
    const digest = createHash("sha256").update(of, "latin1").digest("hex").slice(0, DIGEST_DIGITS);
    return `shadis/${dev}/${ino}/${digest}`;
  } catch {
    return undefined;
  }
}
