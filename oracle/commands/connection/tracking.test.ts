import { expect, test } from "vitest";
import { matches } from "../../compare.ts";
import { errors } from "../../errors.ts";
import { Oracle } from "../../oracle.ts";

function asks(oracle: Oracle, call: string, answer: string): string | undefined {
  const { protocol } = oracle.session(1);
  return matches(oracle.execute(1, call.split(" "), 1000), answer.replaceAll(" ", "\r\n"), protocol);
}

const info = (flags: string, redirect: number): string =>
  `*6 $5 flags ${flags} $8 redirect :${redirect} $8 prefixes *0 `;

test("whether another client exists is the server's to say, and is believed", () => {
  const oracle = new Oracle();
  const refusal = oracle.execute(1, ["CLIENT", "TRACKING", "ON", "REDIRECT", "7"], 1000);
  expect(matches(refusal, `-${errors.redirectToNobody}\r\n`, 2)).toBe(undefined);
  expect(asks(oracle, "CLIENT TRACKINGINFO", info("*1 $3 off", -1))).toBe(undefined);
  expect(asks(oracle, "CLIENT TRACKING ON REDIRECT 7", "+OK ")).toBe(undefined);
  // That it has gone since is noticed when a message is to be sent.
  expect(asks(oracle, "CLIENT TRACKINGINFO", info("*1 $2 on", 7))).toBe(undefined);
  expect(asks(oracle, "CLIENT TRACKINGINFO", info("*2 $2 on $15 broken_redirect", 7))).toBe(undefined);
  expect(asks(oracle, "CLIENT TRACKINGINFO", info("*2 $2 on $6 noloop", 7))).toBeDefined();
  expect(asks(oracle, "CLIENT GETREDIR", ":7 ")).toBe(undefined);
});

test("CLIENT CACHING lasts until the next request that is not about clients", () => {
  const oracle = new Oracle();
  asks(oracle, "CLIENT TRACKING ON OPTIN", "+OK ");
  asks(oracle, "CLIENT CACHING YES", "+OK ");
  const caching = info("*3 $2 on $5 optin $11 caching-yes", 0);
  expect(asks(oracle, "CLIENT TRACKINGINFO", caching)).toBe(undefined);
  expect(asks(oracle, "CLIENT TRACKINGINFO", caching)).toBe(undefined);
  asks(oracle, "NOSUCH", "");
  expect(asks(oracle, "CLIENT TRACKINGINFO", info("*2 $2 on $5 optin", 0))).toBe(undefined);
});
