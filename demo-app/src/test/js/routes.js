// The demo's routes for JSON, as a page of its users calls them.

import assert from "node:assert/strict";

export function routes(url) {
  async function post(path, body, headers = {}) {
    const response = await fetch(url + path, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    assert.ok(response.ok, JSON.stringify(answer));
    return answer;
  }
  return {
    tokenOf: async (name) => (await post("/token", { name })).token,
    notify: (token, text) => post("/notifications", { text }, { Authorization: `Bearer ${token}` }),
  };
}
