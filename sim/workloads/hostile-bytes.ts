// Hostile bytes: what a broken or evil client sends: requests cut short, lengths that lie, no protocol at all.

import type { Chance } from "../../compat/generator/chance.ts";
import type { Step } from "../plan.ts";

const fixed: readonly string[] = [
  "\r\n",
  "\r\n\r\n\r\n",
  "*0\r\n",
  "*-1\r\n",
  "*-5\r\n",
  "*1\r\n$-1\r\n",
  "*2\r\n$3\r\nGET\r\n",
  "*1\r\n$4\r\nPINGxx",
  "*1\r\n$4\r\nPI",
  "*1\r\n:4\r\n",
  "*99999999999\r\n",
  "*1048577\r\n",
  "*1\r\n$536870913\r\n",
  "*1\r\n$99999999999999999999\r\n",
  "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000000\r\nonly this",
  "$3\r\nGET\r\n",
  "GET hostile\r\n",
  "get\thostile\r\nping\r\n",
  'SET hostile "a b\\x00c"\r\n',
  'SET hostile "unbalanced\r\n',
  "'unbalanced\r\n",
  "POST / HTTP/1.1\r\nHost: x\r\n\r\n",
  "Host: x\r\n",
  "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  "\x00\x00\x00\x00",
  "PING",
  "QUIT\r\nGET hostile\r\n",
  "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nQUIT\r\n*1\r\n$4\r\nPING\r\n",
];

/** More than a client may send before it is thrown out: announced, and never ended. */
const endless: readonly Step[] = [
  { do: "raw", bytes: "*1000000\r\n" },
  { do: "raw", bytes: `$1000\r\n${"e".repeat(1000)}\r\n`, times: 1200 },
];

export function hostileSteps(chance: Chance): readonly Step[] {
  return chance.oneIn(120) ? endless : [{ do: "raw", bytes: hostileBytes(chance) }];
}

function hostileBytes(chance: Chance): string {
  switch (chance.below(8)) {
    case 0: {
      // A long line without an end.
      return "x".repeat(chance.pick([100, 5000, 66_000]));
    }
    case 1: {
      let text = "";
      const size = chance.between(1, 60);
      for (let i = 0; i < size; i++) text += String.fromCharCode(chance.below(256));
      return text;
    }
    case 2: {
      // A good request with one byte changed.
      const good = "*3\r\n$3\r\nSET\r\n$7\r\nhostile\r\n$5\r\nvalue\r\n";
      const at = chance.below(good.length);
      return good.slice(0, at) + String.fromCharCode(chance.below(256)) + good.slice(at + 1);
    }
    case 3: {
      const good = `*2\r\n$3\r\nGET\r\n$7\r\nhostile\r\n`.repeat(chance.between(1, 20));
      return good.slice(0, chance.between(1, good.length));
    }
    default:
      return chance.pick(fixed);
  }
}
