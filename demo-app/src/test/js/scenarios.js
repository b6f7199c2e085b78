// Runs scenarios one after the other and prints one line of JSON for each: {"name": .., "failure": null or a text}.

const LIMIT = 30_000; // milliseconds, for a scenario that waits for what never comes

const scenarios = [];

export function scenario(name, run) {
  scenarios.push({ name, run });
}

export async function runAll() {
  for (const { name, run } of scenarios) {
    let failure = null;
    let timer;
    const cleanups = [];
    try {
      const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`not done after ${LIMIT} ms`)), LIMIT);
      });
      await Promise.race([run((cleanup) => cleanups.push(cleanup)), late]);
    } catch (thrown) {
      failure = thrown.stack ?? String(thrown);
    }
    clearTimeout(timer);
    for (const cleanup of cleanups) {
      await cleanup();
    }
    console.log(JSON.stringify({ name, failure }));
  }
}
