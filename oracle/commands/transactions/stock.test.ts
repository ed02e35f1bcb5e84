import { afterAll, expect, test } from "vitest";
import { converseWithStock } from "../../../src/testing/conversation.ts";
import { hasStockRedis } from "../../../src/testing/stock-server.ts";
import { StockWire } from "../../../src/testing/stock-wire.ts";
import { differencesIn } from "../../conversations.ts";
import { Oracle } from "../../oracle.ts";
import { conversations } from "./conversations.ts";

const wire = hasStockRedis() ? await StockWire.start() : undefined;

afterAll(() => wire?.stop());

for (const [title, text] of Object.entries(conversations)) {
  test.skipIf(wire === undefined)(`transactions as a stock server runs them: ${title}`, async () => {
    const steps = text.trim().split("\n");
    const record = await converseWithStock(steps, wire as StockWire);
    expect(record.length).toBe(steps.length);
    expect(differencesIn(new Oracle({ timeToleranceMs: 5000 }), record, Date.now())).toEqual([]);
  });
}
