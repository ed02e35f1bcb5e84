// Data reading: all that a server holds as its own commands tell it, to compare servers of two kinds.

/** Databases that are looked at: all there are by default. */
export const DATABASES = 16;
const LONG_MS = 900_000;

/** The raw reply to a command. */
export type Ask = (...words: readonly string[]) => string | Promise<string>;

/**
 * Removes what would be over within a quarter of an hour, so that it does not vanish while servers are compared, and
 * what has a time that is no exact number here.
 */
export async function removeShortLived(ask: Ask, nowMs: number): Promise<void> {
  for (let db = 0; db < DATABASES; db++) {
    await ask("SELECT", `${db}`);
    for (const key of texts(await ask("KEYS", "*"))) {
      const atMs = Number((await ask("PEXPIRETIME", key)).slice(1));
      if ((atMs >= 0 && atMs < nowMs + LONG_MS) || !Number.isSafeInteger(atMs)) await ask("DEL", key);
    }
  }
  await ask("SELECT", "0");
}

/** One text for each key of database `db`, in order; without what depends on the time of asking. */
export async function readData(ask: Ask, db: number, hasEncodings = false): Promise<string[]> {
  await ask("SELECT", `${db}`);
  const keys = texts(await ask("KEYS", "*")).sort();
  const lines: string[] = [];
  for (const key of keys) {
    const type = (await ask("TYPE", key)).slice(1, -2);
    const parts = [JSON.stringify(key), type, await ask("PEXPIRETIME", key)];
    if (hasEncodings) parts.push(await ask("OBJECT", "ENCODING", key));
    for (const part of await contentOf(ask, key, type)) parts.push(JSON.stringify(part));
    lines.push(parts.join(" "));
  }
  await ask("SELECT", "0");
  return lines;
}

async function contentOf(ask: Ask, key: string, type: string): Promise<readonly string[]> {
  switch (type) {
    case "string":
      return [await ask("GET", key)];
    case "list":
      return [await ask("LRANGE", key, "0", "-1")];
    case "set":
      return texts(await ask("SMEMBERS", key)).sort();
    case "zset":
      return [await ask("ZRANGE", key, "0", "-1", "WITHSCORES")];
    case "hash": {
      const words = texts(await ask("HGETALL", key));
      return words.flatMap((word, i) => (i % 2 === 0 ? [JSON.stringify([word, words[i + 1]])] : [])).sort();
    }
    default:
      return streamOf(ask, key);
  }
}

async function streamOf(ask: Ask, key: string): Promise<readonly string[]> {
  const found = [await ask("XRANGE", key, "-", "+"), await ask("XINFO", "STREAM", key)];
  // The nodes of the tree are each server's own affair.
  found[1] = (found[1] ?? "").replace(/radix-tree-(keys|nodes)\r\n:\d+/g, "radix-tree-$1");
  const groups = await ask("XINFO", "GROUPS", key);
  found.push(groups);
  for (const [, name = ""] of groups.matchAll(/\$4\r\nname\r\n\$\d+\r\n(.*?)\r\n\$9\r\nconsumers\r\n/gs)) {
    const pending = await ask("XPENDING", key, name, "-", "+", "100000");
    // The third of each four is for how long an entry has been pending.
    found.push(pending.replace(/(\*4\r\n\$\d+\r\n[^\r]*\r\n\$\d+\r\n.*?\r\n):\d+/gs, "$1:idle"));
  }
  return found;
}

/** The bulk strings of an array of nothing else. */
function texts(reply: string): string[] {
  const found: string[] = [];
  for (let at = reply.indexOf("\r\n") + 2; at < reply.length; ) {
    const lineEnd = reply.indexOf("\r\n", at);
    const size = Number(reply.slice(at + 1, lineEnd));
    found.push(reply.slice(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return found;
}
