// Library list: what FUNCTION LIST says of the libraries.

import { globMatch } from "../lib/glob.ts";
import type { ReplyWriter } from "../resp/reply-writer.ts";
import type { Library } from "./libraries.ts";

/** Writes those whose names match `pattern`, with their code if `hasCode`. */
export function writeLibraries(
  reply: ReplyWriter,
  libraries: Iterable<Library>,
  { pattern, hasCode }: { readonly pattern: Uint8Array | undefined; readonly hasCode: boolean },
): void {
  const shown = [...libraries].filter(({ name }) => matches(pattern, name));
  reply.array(shown.length);
  for (const { name, code, functions } of shown) {
    reply.map(hasCode ? 4 : 3);
    reply.bulkText("library_name");
    reply.bulkText(name);
    reply.bulkText("engine");
    reply.bulkText("LUA");
    reply.bulkText("functions");
    reply.array(functions.length);
    for (const own of functions) {
      reply.map(3);
      reply.bulkText("name");
      reply.bulkText(own.name);
      reply.bulkText("description");
      if (own.description === undefined) reply.null();
      else reply.bulkText(own.description);
      reply.bulkText("flags");
      reply.set(own.flags.length);
      for (const flag of own.flags) reply.simple(flag);
    }
    if (!hasCode) continue;
    reply.bulkText("library_code");
    reply.bulk(code, 0, code.length);
  }
}

function matches(pattern: Uint8Array | undefined, name: string): boolean {
  if (pattern === undefined) return true;
  const text = Uint8Array.from(name, (letter) => letter.charCodeAt(0));
  return globMatch(pattern, 0, pattern.length, text, 0, text.length, true);
}
