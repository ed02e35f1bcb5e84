// OneOf: a reply of which several are right, each with what it says of the model.

import type { Call } from "./command.ts";
import { encode } from "./encode.ts";
import { parse } from "./parse.ts";
import { type Answer, chosen, type Reply } from "./reply.ts";

export type Outcome = { readonly reply: Reply; readonly adopt?: () => void };

/** Any of the replies, each of which allows one answer; the first that fits is adopted. There is at least one. */
export function oneOf({ session }: Call, outcomes: readonly Outcome[]): Reply {
  const [only] = outcomes;
  if (outcomes.length === 1 && only !== undefined) {
    only.adopt?.();
    return only.reply;
  }
  const { protocol } = session;
  const expected = outcomes.map(({ reply }) => encode(reply, protocol) ?? "");
  return chosen(`one of ${expected.join(" or ")}`, (answer) => {
    const found = outcomes.find((_, i) => isSame(parse(expected[i] as string)?.answer, answer));
    found?.adopt?.();
    return found !== undefined;
  });
}

function isSame(a: Answer | undefined, b: Answer): boolean {
  return plain(a) === plain(b);
}

// BigInt is not JSON's.
function plain(answer: Answer | undefined): string {
  return (
    JSON.stringify(answer, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value)) ?? ""
  );
}
