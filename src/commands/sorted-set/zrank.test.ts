import { expect, test } from "vitest";
import { createTestServer } from "../../testing/command-runner.ts";

// A stock 7.0 lacks WITHSCORE, so these replies are those that the documentation of 7.2 describes.
for (const protocol of [2, 3] as const) {
  test(`ZRANK and ZREVRANK tell the score too when asked, in RESP${protocol}`, () => {
    const server = createTestServer({ protocol });
    const score = (text: string) => (protocol === 3 ? `,${text}\r\n` : `$${text.length}\r\n${text}\r\n`);
    const none = protocol === 3 ? "_\r\n" : "*-1\r\n";
    server.run("ZADD", "z", "1", "a", "2.5", "b");
    expect(server.run("ZRANK", "z", "b", "WITHSCORE")).toBe(`*2\r\n:1\r\n${score("2.5")}`);
    expect(server.run("ZREVRANK", "z", "a", "withscore")).toBe(`*2\r\n:1\r\n${score("1")}`);
    expect(server.run("ZRANK", "z", "x", "WITHSCORE")).toBe(none);
    expect(server.run("ZREVRANK", "n", "x", "WITHSCORE")).toBe(none);
    expect(server.run("ZRANK", "z", "a", "WITHSCORES")).toBe("-ERR syntax error\r\n");
    expect(server.run("ZRANK", "z", "a", "WITHSCORE", "x")).toMatch(/wrong number of arguments for 'zrank'/);
  });
}
