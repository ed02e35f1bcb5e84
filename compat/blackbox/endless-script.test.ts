import { afterAll, expect, test } from "vitest";
import type { RawConnection } from "../resp/raw-connection.ts";
import { encodeRequest } from "../resp/request.ts";
import { answer, ask, bothServers, hasStock } from "./both.ts";

const LIMIT_MS = 200;
/** How long after the limit others may have to wait for their answer. */
const LATE_MS_MAX = 100;
const { onBoth } = bothServers(7600, ["--busy-reply-threshold", `${LIMIT_MS}`]);
const compared = test.skipIf(!hasStock);

const scripts: readonly (readonly [name: string, script: string])[] = [
  ["a loop", "while true do end"],
  ["a loop inside of pcall", "while true do pcall(function() while true do end end) end"],
  ["a loop of calls", "while true do redis.call('PING') end"],
];
const figures: string[] = [];
afterAll(() => {
  for (const line of figures) console.log(line);
});

type Seen = { readonly replies: readonly string[]; readonly lateMs: number; readonly killMs: number };

async function runEndless(script: string, open: () => Promise<RawConnection>): Promise<Seen> {
  const [runner, other] = [await open(), await open()];
  await ask(other, "PING");
  const startMs = performance.now();
  runner.send(encodeRequest(["EVAL", script, "0"]));
  // It is sent when the script is running, or is about to: asked again until it finds the server busy.
  let reply = await ask(other, "PING");
  while (reply === "+PONG\r\n") reply = await ask(other, "PING");
  const lateMs = performance.now() - startMs - LIMIT_MS;
  const replies = [reply, await ask(other, "SET", "key", "value"), await ask(other, "FUNCTION", "KILL")];
  const killAtMs = performance.now();
  replies.push(await ask(other, "SCRIPT", "KILL"), (await answer(runner)).replace(/[0-9a-f]{40}/, "(sha)"));
  const killMs = performance.now() - killAtMs;
  replies.push(await ask(other, "SET", "key", "value"), await ask(runner, "GET", "key"));
  return { replies, lateMs, killMs };
}

compared.each(scripts)(
  "%s: others hear BUSY soon after the limit, and SCRIPT KILL ends it",
  async (name, script) => {
    // The best of three: the machine may be busy with other tests.
    const seen = await onBoth(async (_, open) => {
      const tries: Seen[] = [];
      for (let i = 0; i < 3; i++) tries.push(await runEndless(script, open));
      return tries;
    });
    const best = (tries: readonly Seen[], of: "lateMs" | "killMs"): string =>
      Math.min(...tries.map((each) => each[of])).toFixed(1);
    const told = (tries: readonly Seen[]): string =>
      `BUSY ${best(tries, "lateMs")} ms after the limit, killed within ${best(tries, "killMs")} ms`;
    figures.push(`${name}: Shadis ${told(seen.shadis)}; stock ${told(seen.stock)}`);
    const errorOf = (each: Seen): string[] =>
      each.replies.map((reply) => reply.replace(/script: .*/s, "script"));
    expect(seen.shadis.map(errorOf)).toEqual(seen.stock.map(errorOf));
    expect(seen.shadis[0]?.replies[0]).toMatch(/^-BUSY /);
    expect(Math.min(...seen.shadis.map(({ lateMs }) => lateMs))).toBeLessThan(LATE_MS_MAX);
  },
);
