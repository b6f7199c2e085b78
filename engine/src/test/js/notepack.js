"use strict";

// For MessagePackFuzzTest: notepack, the codec of socket.io-msgpack-parser. A line of stdin is {"value":.., "packed":"<hex>"};
// a line of stdout is what notepack makes of either: {"packed":"<hex>", "value":..}. Values as in values.js, and
// {"$buffer":"<hex>"} for an ArrayBuffer.

const readline = require("node:readline");
const { encode, decode } = require("notepack.io");
const { decoded, tell } = require("./values");

/** The value with its ArrayBuffers, and with undefined in place of {"$undefined":true}. */
function withBuffers(value) {
  if (Array.isArray(value)) {
    return value.map(withBuffers);
  } else if (value === null || typeof value !== "object" || ArrayBuffer.isView(value) || value instanceof Date) {
    return value;
  } else if (typeof value.$buffer === "string") {
    return Uint8Array.from(Buffer.from(value.$buffer, "hex")).buffer;
  } else if (value.$undefined) {
    return undefined;
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withBuffers(inner)]));
}

readline
  .createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { value, packed } = JSON.parse(line);
    tell({
      packed: encode(withBuffers(decoded(value))).toString("hex"),
      value: decode(Buffer.from(packed, "hex")),
    });
  })
  .on("close", () => process.exit());
