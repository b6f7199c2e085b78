"use strict";

// A Socket.IO server on Redis that emits as fast as it is told to, for NodeServer of ClusterSpeed.java: by lines of JSON.

const readline = require("node:readline");
const { serverOnRedis } = require("./server");

const PADDING = "x".repeat(150);
let emitted = 0;

function emit(io) {
  io.emit("m", ++emitted, Number(process.hrtime.bigint() / 1000n), PADDING);
}

// At an even rate, as far as the clock's ticks allow.
function pace(io, rate, count) {
  const start = performance.now();
  let done = 0;
  const timer = setInterval(() => {
    const due = Math.min(count, Math.floor(((performance.now() - start) * rate) / 1000));
    for (; done < due; done++) {
      emit(io);
    }
    if (done === count) {
      clearInterval(timer);
    }
  }, 1);
}

async function main() {
  const server = await serverOnRedis(JSON.parse(process.argv[2]), { pingInterval: 600_000 });
  const port = await server.listen();
  readline
    .createInterface({ input: process.stdin })
    .on("line", (line) => {
      const { count, rate } = JSON.parse(line);
      if (rate) {
        pace(server.io, rate, count);
      } else {
        for (let i = 0; i < count; i++) {
          emit(server.io);
        }
      }
    })
    .on("close", () => process.exit());
  console.log(JSON.stringify({ port }));
}

main();
