// User programs: clients that log in as users, and whoever changes meanwhile what these users may do.
//
// Two users come and go, with rules that let them do some of what is asked; the default user may do everything, and
// anyone may become it again. What each call must be answered is the oracle's to say.

import type { Chance } from "../../compat/generator/chance.ts";
import { call, type Program } from "./calls.ts";
import { type Drawing, signed } from "./words.ts";

const names = ["ann", "ben"];
const selectors = ["(~j:* +get)", "(%R~* +@read)", "(%W~k:* +set +del)", "(+@all ~k:0 &*)"];
const rules = [
  ...[
    "on",
    "on",
    "nopass",
    ">pass",
    "off",
    "reset",
    "resetkeys",
    "resetchannels",
    "clearselectors",
    "nopass",
  ],
  ...["~k:*", "~k:*", "%R~j:*", "%W~j:*", "~*", "&news", "&*", "allkeys"],
  ...[
    "+@all",
    "-@all",
    "+@read",
    "+@write",
    "-@write",
    "+@string",
    "+@scripting",
    "+@transaction",
    "+@pubsub",
  ],
  ...[
    "-get",
    "+get",
    "+set",
    "-set",
    "+eval",
    "-eval",
    "+incr",
    "+acl|whoami",
    "+multi",
    "+exec",
    "-exec",
    "+publish",
  ],
];

/** Calls of users, and changes of their rules, in about equal parts. */
export function users(_: Chance): Program {
  return (drawing) => {
    const own = drawing.chance;
    switch (own.below(12)) {
      case 0:
        return [call("AUTH", own.pick(names), own.pick(["pass", "pass", "wrong"]))];
      case 1:
        return [call("HELLO", own.pick(["2", "3"]), "AUTH", own.pick(names), "pass")];
      case 2:
        return [own.oneIn(2) ? call("AUTH", "default", "any") : call("RESET")];
      case 3:
      case 4:
      case 5:
        return [call("ACL", "SETUSER", own.pick(names), ...drawRules(own))];
      case 6:
        if (own.oneIn(3)) return [call("ACL", "DELUSER", own.pick(names))];
        return [call("ACL", own.pick(["WHOAMI", "USERS", "LIST", "LOG"]))];
      case 7:
        return [
          call("ACL", "GETUSER", own.pick(names)),
          call("ACL", "DRYRUN", own.pick(names), "GET", key(own)),
        ];
      case 8: {
        if (own.oneIn(2)) return ownRules(drawing);
        return [
          call("MULTI"),
          ...Array.from({ length: own.between(1, 3) }, () => data(drawing)),
          call("EXEC"),
        ];
      }
      default:
        return [data(drawing)];
    }
  };
}

// A user that takes something from itself, in the middle of a transaction.
function ownRules(drawing: Drawing): ReturnType<typeof call>[] {
  const own = drawing.chance;
  const name = own.pick(names);
  const taken = own.pick(["-set", "-get", "-@all", "resetkeys", "-eval", "-@write", "resetchannels"]);
  return [
    call("AUTH", "default", "any"),
    call("ACL", "SETUSER", name, "reset", "on", ">pass", "+@all", "~*", "&*"),
    call("AUTH", name, "pass"),
    call("MULTI"),
    data(drawing),
    call("ACL", "SETUSER", name, taken),
    data(drawing),
    data(drawing),
    call("EXEC"),
  ];
}

function drawRules(own: Chance): string[] {
  return Array.from({ length: own.between(1, 5) }, () => own.pick(own.oneIn(6) ? selectors : rules));
}

function key(own: Chance): string {
  return `${own.pick(["k", "k", "j"])}:${own.below(4)}`;
}

function data(drawing: Drawing): ReturnType<typeof call> {
  const own = drawing.chance;
  switch (own.below(10)) {
    case 0:
    case 1:
      return call("GET", key(own));
    case 8:
      return call(own.pick(["BLPOP", "BRPOP"]), `k:list${own.below(2)}`, own.pick(["0.1", "2", "10"]));
    case 9:
      return call("RPUSH", `k:list${own.below(2)}`, signed(drawing));
    case 2:
    case 3:
      return call("SET", key(own), signed(drawing));
    case 4:
      return call("EVAL", "return redis.call('set', KEYS[1], ARGV[1])", 1, key(own), signed(drawing));
    case 5:
      return call("EVAL", "return redis.call('get', ARGV[1])", 0, key(own));
    case 6:
      return call("PUBLISH", own.pick(["news", "other"]), "m");
    default:
      return call("DEL", key(own), key(own));
  }
}
