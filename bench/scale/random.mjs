/** Chance that is the same for the same seed (mulberry32). @returns numbers from 0 to 1 */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from 1 on, with this mean: after each there is one more with the same chance. */
export function geometric(random, mean) {
  let count = 1;
  while (random() > 1 / mean) count += 1;
  return count;
}

/** One of 0, 1, 2…, by how much each weighs. */
export function weighted(random, weights) {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  let left = random() * sum;
  for (const [place, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return place;
  }
  return weights.length - 1;
}

/** Popularity that falls with the rank (Zipf). @returns a way to draw `count` different ones of 0, 1, 2… */
export function zipf(size, exponent) {
  const shares = [];
  let sum = 0;
  for (let rank = 1; rank <= size; rank += 1) {
    sum += rank ** -exponent;
    shares.push(sum);
  }
  const draw = (random) => {
    const wanted = random() * sum;
    let [low, high] = [0, size - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (shares[middle] > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return (random, count) => {
    const drawn = new Set();
    while (drawn.size < Math.min(count, size)) drawn.add(draw(random));
    return [...drawn];
  };
}
