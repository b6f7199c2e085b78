"use strict";

// JavaScript values as lines of JSON, both ways, and what JSON cannot say:
// {"$binary":"<hex>"}, {"$date":"<ISO 8601>"}, {"$number":"NaN"}.

function decoded(value) {
  if (Array.isArray(value)) {
    return value.map(decoded);
  } else if (value !== null && typeof value === "object") {
    if (typeof value.$binary === "string") {
      return Buffer.from(value.$binary, "hex");
    } else if (typeof value.$date === "string") {
      return new Date(value.$date);
    } else if (typeof value.$number === "string") {
      return Number(value.$number);
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decoded(inner)]));
  }
  return value;
}

function encoded(value) {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    return { $binary: Buffer.from(value).toString("hex") };
  } else if (value instanceof Date) {
    return { $date: value.toISOString() };
  } else if (typeof value === "number" && !Number.isFinite(value)) {
    return { $number: String(value) };
  } else if (Array.isArray(value)) {
    return value.map(encoded);
  } else if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, encoded(inner)]));
  }
  return value;
}

/** Prints a line. */
function tell(line) {
  // ASCII alone: half an emoji would not survive UTF-8.
  const json = JSON.stringify(encoded(line));
  console.log(json.replace(/[^ -~]/g, (char) => "\\u" + char.charCodeAt(0).toString(16).padStart(4, "0")));
}

module.exports = { decoded, encoded, tell };
