// XPENDING: what a group gave away and has not heard of since.

import type { Call, OracleCommand } from "../../command.ts";
import type { StreamGroup } from "../../model.ts";
import { int64 } from "../../numbers.ts";
import { array, bulk, integer, nil, nilArray, type Reply } from "../../reply.ts";
import { idReply } from "../../stream-ids.ts";
import {
  byIdleTime,
  idleReply,
  isReply,
  namesOf,
  noGroup,
  optionName,
  pendingOf,
  rangeOf,
  streamAt,
} from "../../streams.ts";
import { notAnInteger, syntaxError, wrongType } from "../../strings.ts";

export const xpending: OracleCommand = {
  name: "xpending",
  arity: -3,
  class: "time",
  run(call) {
    const { words } = call;
    const [key, name] = words.slice(1) as [string, string];
    const wanted = words.length === 3 ? undefined : wantedFrom(words);
    if (wanted !== undefined && "kind" in wanted) return wanted;
    const stream = streamAt(call, key);
    if (stream === "wrong type") return wrongType;
    const group = stream?.groups.get(name);
    if (group === undefined) return noGroup(key, name);
    return wanted === undefined ? summary(group) : rows(call, group, wanted);
  },
};

type Wanted = {
  readonly leastIdleMs: bigint;
  readonly from: bigint;
  readonly to: bigint;
  readonly count: number;
  readonly consumer: string | undefined;
};

function wantedFrom(words: readonly string[]): Wanted | Reply {
  if (words.length < 6 || words.length > 9) return syntaxError;
  let at = 3;
  let leastIdleMs: bigint | undefined = 0n;
  if (optionName(words[3] as string) === "IDLE") {
    leastIdleMs = int64(words[4] as string);
    if (leastIdleMs === undefined) return notAnInteger;
    if (words.length < 8) return syntaxError;
    at = 5;
  }
  const [first, last, countWord, consumer] = words.slice(at) as [string, string, string, string | undefined];
  const count = int64(countWord);
  if (count === undefined) return notAnInteger;
  const ends = rangeOf(first, last);
  if (isReply(ends)) return ends;
  const [from, to] = ends;
  return { leastIdleMs, from, to, count: Math.max(Number(count), 0), consumer };
}

function summary(group: StreamGroup): Reply {
  const ids = pendingOf(group).map(([id]) => id);
  const [lowest] = ids;
  const highest = ids.at(-1);
  if (lowest === undefined || highest === undefined) return array([integer(0), nil, nil, nilArray]);
  const owners = namesOf(group.consumers).flatMap((name) => {
    const { length } = pendingOf(group, name);
    return length === 0 ? [] : [array([bulk(name), bulk(`${length}`)])];
  });
  return array([integer(ids.length), idReply(lowest), idReply(highest), array(owners)]);
}

function rows(call: Call, group: StreamGroup, { leastIdleMs, from, to, count, consumer }: Wanted): Reply {
  if (consumer !== undefined && !group.consumers.has(consumer)) return array([]);
  return byIdleTime(call, leastIdleMs, (isIdle) => {
    const found = pendingOf(group, consumer).filter(
      ([id, entry]) => id >= from && id <= to && isIdle(id, entry),
    );
    const replies = found.slice(0, count).map(([id, { consumer: owner, deliveredMs, deliveries }]) => {
      const times = [idleReply(call.model, deliveredMs), integer(BigInt.asIntN(64, deliveries))];
      return array([idReply(id), bulk(owner), ...times]);
    });
    return { reply: array(replies) };
  });
}
