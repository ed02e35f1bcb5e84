import { expect, test } from "vitest";
import { Config } from "../config/config.ts";
import type { Tls, TlsSettings } from "../env/tls.ts";
import { TlsRules } from "./tls-rules.ts";

function started(settings: Readonly<Record<string, string>> = {}): {
  config: Config;
  rules: TlsRules;
  given: TlsSettings[];
  logged: string[];
  fault: { text: string | undefined };
} {
  const config = new Config();
  for (const [name, value] of Object.entries(settings)) expect(config.load(name, [value])).toBeUndefined();
  const given: TlsSettings[] = [];
  const logged: string[] = [];
  const fault: { text: string | undefined } = { text: undefined };
  const tls: Tls = {
    figures: { handshakes: 1, failedHandshakes: 2, openStreams: 3 },
    configure(each) {
      given.push(each);
      return fault.text;
    },
    listen() {},
  };
  const rules = new TlsRules({ tls, config, log: { write: (_, text) => logged.push(text) } });
  return { config, rules, given, logged, fault };
}

test("while tls-port is 0 nothing is read", () => {
  const { config, rules, given } = started();
  expect(rules.configure()).toBeUndefined();
  expect(config.set([["tls-cert-file", "/a"]])).toEqual({ ok: true });
  expect(given).toEqual([]);
});

test("the directives become the rules, and each change hands them over once", () => {
  const { config, rules, given } = started({
    "tls-port": "1",
    "tls-cert-file": "/cert",
    "tls-key-file": "/key",
  });
  expect(rules.configure()).toBeUndefined();
  const result = config.set([
    ["tls-ca-cert-file", "/ca"],
    ["tls-auth-clients", "optional"],
    ["tls-session-caching", "no"],
  ]);
  expect(result).toEqual({ ok: true });
  expect(given.length).toBe(2);
  expect(given[1]).toEqual({
    certFile: "/cert",
    keyFile: "/key",
    keyFilePass: "",
    caCertFile: "/ca",
    caCertDir: "",
    dhParamsFile: "",
    authClients: "optional",
    protocols: "",
    ciphers: "",
    ciphersuites: "",
    prefersServerCiphers: false,
    resumesSessions: false,
    sessionTimeoutSeconds: 300,
  });
});

test("a file that is set again is read again, another value is not", () => {
  const { config, given } = started({ "tls-port": "1", "tls-cert-file": "/cert", "tls-ciphers": "x" });
  config.set([["tls-cert-file", "/cert"]]);
  expect(given.length).toBe(1);
  config.set([["tls-ciphers", "x"]]);
  expect(given.length).toBe(1);
});

test("what cannot be used is logged with its reason, refused, and put back", () => {
  const { config, logged, fault } = started({ "tls-port": "1", "tls-cert-file": "/cert" });
  fault.text = "no good";
  expect(config.set([["tls-cert-file", "/other"]])).toEqual({
    ok: false,
    error:
      "ERR CONFIG SET failed (possibly related to argument 'tls-cert-file') - Unable to update TLS configuration. Check server logs.",
  });
  expect(logged[0]).toBe("no good");
  expect(config.tlsCertFile).toBe("/cert");
});

test("without the port's TLS the directive is refused", () => {
  const config = new Config();
  config.load("tls-port", ["1"]);
  const rules = new TlsRules({ tls: undefined, config, log: { write() {} } });
  expect(rules.configure()).toContain("not part of this server");
  expect(rules.figures.openStreams).toBe(0);
});
