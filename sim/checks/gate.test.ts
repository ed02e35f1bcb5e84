import { expect, test } from "vitest";
import { gate } from "./gate.ts";
import { History } from "./histories.ts";

const kinds = (history: History) => history.violations(gate).map(({ kind }) => kind);
const locked = { config: { requirepass: "s3" } };
const noAuth = "-NOAUTH Authentication required.";

test("refusals before AUTH and all calls after it pass", () => {
  const history = new History(locked);
  history.call(1, "GET k", noAuth);
  history.call(1, "NOPE", "-ERR unknown command 'NOPE', with args beginning with: ");
  history.call(1, "GET", "-ERR wrong number of arguments for 'get' command");
  history.call(1, "DEBUG JMAP", "-ERR DEBUG command not allowed. If the enable-debug-command option is set");
  history.call(1, "AUTH wrong", "-WRONGPASS invalid username-password pair or user is disabled.");
  history.call(1, "GET k", noAuth);
  history.call(1, "AUTH s3", "+OK");
  history.call(1, "GET k", "$-1");
  history.call(2, "HELLO 3 AUTH default s3", "%0");
  history.call(2, "GET k", "_");
  expect(kinds(history)).toEqual([]);
});

test.each([
  ["a read", "GET k", "$-1"],
  ["a write", "SET k v", "+OK"],
  ["an error that shows that the handler ran", "INCR k x", "-ERR value is not an integer or out of range"],
  ["a silent call", "CLIENT REPLY OFF", ""],
])("%s before AUTH is found", (_, words, reply) => {
  expect(kinds(new History(locked).openSession(1).also((h) => h.call(1, words, reply)))).toEqual([
    "ran before AUTH",
  ]);
});

test("RESET asks for the password again, and another session's AUTH does not count", () => {
  const history = new History(locked);
  history.call(1, "AUTH s3", "+OK");
  history.call(2, "GET k", "$-1");
  history.call(1, "RESET", "+RESET");
  history.call(1, "GET k", "$-1");
  expect(kinds(history)).toEqual(["ran before AUTH", "ran before AUTH"]);
});

test("a password set later binds new connections, and none once it is taken away", () => {
  const history = new History();
  history.call(1, "CONFIG SET requirepass s3", "+OK");
  history.call(1, "GET k", "$-1");
  expect(kinds(history)).toEqual([]);
  history.call(2, "GET k", "$-1");
  expect(kinds(history)).toEqual(["ran before AUTH"]);
  history.call(1, ["CONFIG", "SET", "requirepass", ""], "+OK");
  history.call(2, "GET k", "$-1");
  expect(kinds(history)).toEqual(["ran before AUTH"]);
});
