// Tokens that the server did not issue.

import { createHmac } from "node:crypto";

/** Makes tokens with these claims, by default such as the server's own. */
export function forger(secret) {
  return (claims, { key = secret, alg = "HS256" } = {}) => {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const signed = `${part({ alg, typ: "JWT" })}.${part(claims)}`;
    return `${signed}.${alg === "none" ? "" : createHmac("sha256", key).update(signed).digest("base64url")}`;
  };
}

/** The time of a claim. */
export function inSeconds(seconds) {
  return Math.floor(Date.now() / 1000) + seconds;
}
