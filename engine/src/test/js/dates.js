"use strict";

// What JavaScript makes of dates: of each line {"text":..} one {"text":..,"millis":..}, null if it is none.

require("readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { text } = JSON.parse(line);
    const millis = new Date(text).getTime();
    console.log(JSON.stringify({ text, millis: Number.isNaN(millis) ? null : millis }));
  });
