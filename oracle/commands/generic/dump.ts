// DUMP: a key's value as a payload for RESTORE.

import type { OracleCommand } from "../../command.ts";
import { shown } from "../../compare.ts";
import type { HashValue, Model } from "../../model.ts";
import { payloadOf, restores } from "../../payload.ts";
import { bulk, chosen, nil, type Reply } from "../../reply.ts";
import { plainValue } from "../../state.ts";

export const dump: OracleCommand = {
  name: "dump",
  arity: 2,
  class: "exact",
  run({ model, session, words }) {
    const entry = model.use(session.db, words[1] as string);
    if (entry === undefined) return nil;
    const payload = payloadOf(entry);
    if (payload !== undefined) return bulk(payload);
    if (entry.type === "hash" && entry.hadTimes === true) return payloadWithTimes(model, entry);
    // Compressed or not, and in which order, is the server's choice; what comes out again is not.
    return chosen(`a payload that restores ${shown(plainValue(entry).toString())}`, (answer) => {
      return answer.kind === "bulk" && restores(answer.text, entry, model);
    });
  },
};

const payloadsKeptMax = 64;

// In a form that no Redis 7.0 knows. It is remembered, so that RESTORE knows what it holds.
function payloadWithTimes({ payloadsWithTimes }: Model, entry: HashValue): Reply {
  return chosen("a payload", (answer) => {
    if (answer.kind !== "bulk" || answer.text === "") return false;
    const [oldest] = payloadsWithTimes.keys();
    if (oldest !== undefined && payloadsWithTimes.size >= payloadsKeptMax) payloadsWithTimes.delete(oldest);
    const { type, value, ends, hadTimes, encoding } = entry;
    payloadsWithTimes.set(answer.text, { type, value, ends, hadTimes, encoding });
    return true;
  });
}
