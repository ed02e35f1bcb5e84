import { expect, test } from "vitest";
import type { HttpAnswer } from "../env/http.ts";
import type { MetricFamily, Metrics } from "../env/metrics.ts";
import { createTestServer } from "../testing/command-runner.ts";
import { Admin } from "./admin.ts";

// A page that names its metrics, or a fault.
const namesOnly: Metrics = {
  render(families, done) {
    const text = families.map(({ name }: MetricFamily) => name).join("\n");
    done({ ok: true, value: { contentType: "text/x-names", text } });
  },
};
const broken: Metrics = { render: (_families, done) => done({ ok: false, fault: "no ink" }) };

function answers(admin: Admin, path: string, method = "GET"): HttpAnswer[] {
  const found: HttpAnswer[] = [];
  admin.answer({ method, path }, (answer) => found.push(answer));
  return found;
}

test("live is answered from the start, ready only while clients are served", () => {
  let isReady = false;
  const admin = new Admin(createTestServer({}).server, namesOnly, () => isReady);
  expect(answers(admin, "/healthz")).toMatchObject([{ status: 200, body: "ok" }]);
  expect(answers(admin, "/readyz")).toMatchObject([{ status: 503, body: "not ready" }]);
  isReady = true;
  expect(answers(admin, "/readyz")).toMatchObject([{ status: 200, body: "ok" }]);
  isReady = false;
  expect(answers(admin, "/readyz")).toMatchObject([{ status: 503 }]);
});

test("metrics are the page that was rendered, with its type", () => {
  const admin = new Admin(createTestServer({}).server, namesOnly, () => true);
  const [answer, ...more] = answers(admin, "/metrics");
  expect(more).toEqual([]);
  expect(answer).toMatchObject({ status: 200, headers: { "Content-Type": "text/x-names" } });
  expect(answer?.body.split("\n")).toContain("redis_connected_clients");
});

test("a page that cannot be written is an error to the monitor and a line in the log", () => {
  const server = createTestServer({});
  const admin = new Admin(server.server, broken, () => true);
  expect(answers(admin, "/metrics")).toMatchObject([{ status: 500 }]);
  expect(server.logged).toContain("Metrics could not be written: no ink");
});

test.each(["/", "", "*", "/metrics/", "/Metrics", "/healthz/x", "//metrics", "/../metrics"])(
  "the path %j is not found, whatever the method",
  (path) => {
    const admin = new Admin(createTestServer({}).server, namesOnly, () => true);
    expect(answers(admin, path)).toMatchObject([{ status: 404 }]);
    expect(answers(admin, path, "POST")).toMatchObject([{ status: 404 }]);
  },
);

test.each(["POST", "PUT", "DELETE", "OPTIONS", "HEAD", "get", ""])("the method %j is refused", (method) => {
  const admin = new Admin(createTestServer({}).server, namesOnly, () => true);
  for (const path of ["/metrics", "/healthz", "/readyz"]) {
    expect(answers(admin, path, method)).toMatchObject([{ status: 405, headers: { Allow: "GET" } }]);
  }
});
