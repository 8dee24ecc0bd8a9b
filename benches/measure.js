'use strict';

// Medians, and rounds in which the compared functions take turns.

function median(values) {
  const sorted = Array.from(values).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Nanoseconds per call, over `count` calls. */
function time(call, count) {
  const start = process.hrtime.bigint();
  for (let done = 0; done < count; done += 1) call();
  return Number(process.hrtime.bigint() - start) / count;
}

/**
 * Measures all calls in turn, `rounds` times, so that a slowdown of the machine affects all of them. A turn lasts
 * about `turn` milliseconds. Returns the times of each call by round.
 */
function inTurn(calls, rounds, turn = 2) {
  const names = Object.keys(calls);
  const counts = {};
  const times = {};
  for (const name of names) {
    time(calls[name], 3000); // Enough calls for the optimising compiler to run.
    counts[name] = Math.max(1, Math.round((turn * 1e6) / time(calls[name], 1000)));
    times[name] = [];
  }
  for (let round = 0; round < rounds; round += 1) {
    // Rotates, so that each call comes first, second and so on equally often.
    for (let turned = 0; turned < names.length; turned += 1) {
      const name = names[(round + turned) % names.length];
      times[name].push(time(calls[name], counts[name]));
    }
  }
  return times;
}

/** The median of the ratios of two series, taken round by round. */
const ratio = (series, base) => median(series.map((value, round) => value / base[round]));

module.exports = { median, inTurn, ratio };
