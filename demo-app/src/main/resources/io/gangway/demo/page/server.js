// Requests and events to the server that served the page.

const ANSWER_WITHIN = 5_000; // milliseconds
const SILENCE = "the server did not answer";

/** One connection for all namespaces; after it was lost, the server sends what was missed. */
export const manager = new io.Manager({ autoConnect: false, query: { recovers: "yes" } });

/** The namespace in which everyone talks; its id is the user's id. */
export const chat = manager.socket("/");

/** Sends an event and returns the answer; throws the server's error. */
export async function ask(socket, event, data) {
  if (!socket.connected) {
    throw new Error("you are not connected"); // the client would keep the event and send it much later
  }
  let answer;
  try {
    answer = await socket.timeout(ANSWER_WITHIN).emitWithAck(event, data);
  } catch {
    throw new Error(SILENCE);
  }
  if (answer?.status === "error") {
    throw new Error(answer.message);
  }
  if (answer?.error) {
    throw new Error(answer.error);
  }
  return answer;
}

/** Posts JSON and returns the answer; throws the server's error. */
export async function post(path, body, headers = {}) {
  let response;
  let answer;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_WITHIN),
    });
    answer = await response.json();
  } catch {
    throw new Error(SILENCE);
  }
  if (!response.ok) {
    throw new Error(answer.error);
  }
  return answer;
}
