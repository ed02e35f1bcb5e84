// Payloads: serialised values for RESTORE, made by a stock server.

import { RawConnection } from "../resp/raw-connection.ts";
import { parseFrame } from "../resp/reply-frame.ts";
import { encodeRequest } from "../resp/request.ts";
import { startServer, stockCommand, stopServer } from "../servers/pair.ts";

/** Values as DUMP of a stock server of its own gives them: what RESTORE is fed. */
export async function readPayloads(port: number): Promise<string[]> {
  const server = await startServer("stock", stockCommand(), port);
  try {
    const connection = await RawConnection.open({ port });
    const values = [
      "",
      "a",
      "12",
      "-1",
      "1000",
      "70000",
      "-2147483649",
      "3.25",
      "x".repeat(44),
      "y".repeat(45),
    ];
    values.push(
      "z".repeat(64),
      "ab".repeat(500),
      "\x00\xff\r\n",
      Array.from({ length: 300 }, (_, i) => String.fromCharCode(i & 255)).join(""),
    );
    const payloads: string[] = [];
    for (const value of values) {
      connection.send(Buffer.concat([encodeRequest(["SET", "k", value]), encodeRequest(["DUMP", "k"])]));
      const [, dumped] = await connection.take(2);
      if (dumped !== undefined) payloads.push(parseFrame(dumped).text);
    }
    connection.close();
    return payloads;
  } finally {
    await stopServer(server);
  }
}
