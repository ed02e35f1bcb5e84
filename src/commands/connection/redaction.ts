// Redaction: which arguments of a command are secrets that MONITOR must not show.
//
// The same arguments as in Redis 7.0.15, which redacts what a command has read as a login, or as a user and the user's
// rules: so an AUTH of too many arguments, and a HELLO up to whose AUTH there is a mistake, are shown as they came. Where 7.0.15 stops
// because a first login was refused, a second one in the same HELLO is hidden here and shown there.

import type { Args } from "../../resp/args.ts";
import { isClientAttribute } from "./client-name.ts";

const none: ReadonlySet<number> = new Set();

/** The indexes of the secret arguments. */
export function secretArguments(args: Args): ReadonlySet<number> {
  if (args.is(0, "auth")) return args.count === 2 || args.count === 3 ? allFrom(args, 1) : none;
  if (args.count > 4 && args.is(0, "hello")) return secretsOfHello(args);
  return args.count > 2 && args.is(0, "acl") && args.is(1, "setuser") ? allFrom(args, 2) : none;
}

function allFrom(args: Args, first: number): ReadonlySet<number> {
  const indexes = new Set<number>();
  for (let i = first; i < args.count; i++) indexes.add(i);
  return indexes;
}

function secretsOfHello(args: Args): ReadonlySet<number> {
  const version = args.safeInteger(1);
  if (version !== 2 && version !== 3) return none;
  const secrets = new Set<number>();
  for (let i = 2; i < args.count; i++) {
    const following = args.count - 1 - i;
    if (following >= 2 && args.is(i, "auth")) {
      secrets.add(i + 1).add(i + 2);
      i += 2;
    } else if (following >= 1 && args.is(i, "setname") && isClientAttribute(args, i + 1)) {
      i++;
    } else {
      break;
    }
  }
  return secrets;
}
