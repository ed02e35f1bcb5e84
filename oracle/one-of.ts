// OneOf: a reply of which several are right, each with what it says of the model.

import type { Call } from "./command.ts";
import { encode } from "./encode.ts";
import { parse } from "./parse.ts";
import { type Answer, chosen, type Reply } from "./reply.ts";

export type Outcome = { readonly reply: Reply; readonly adopt?: () => void };

/**
 * Any of the replies, each of which allows one answer. There is at least one. The first that fits is adopted; where
 * another fits as well and changes the model, the key at word 1 is in doubt from then on.
 */
export function oneOf({ model, session, words }: Call, outcomes: readonly Outcome[]): Reply {
  const [only] = outcomes;
  if (outcomes.length === 1 && only !== undefined) {
    only.adopt?.();
    return only.reply;
  }
  const { protocol } = session;
  const expected = outcomes.map(({ reply }) => encode(reply, protocol) ?? "");
  return chosen(`one of ${expected.join(" or ")}`, (answer) => {
    const fitting = outcomes.filter((_, i) => isSame(parse(expected[i] as string)?.answer, answer));
    fitting[0]?.adopt?.();
    if (fitting.length > 1 && fitting[0]?.adopt !== undefined) {
      model.inDoubt.push({ db: session.db, key: words[1] as string });
    }
    return fitting.length > 0;
  });
}

/**
 * An error, if the server refuses what it may; else what `perform` answers, which changes the model and allows one
 * answer.
 */
export function refusedOr({ session }: Call, perform: () => Reply): Reply {
  return chosen("an error, or what the command does", (answer) => {
    if (answer.kind === "error") return true;
    return isSame(parse(encode(perform(), session.protocol) ?? "")?.answer, answer);
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
