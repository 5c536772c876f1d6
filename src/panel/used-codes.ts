/** For each code its place among those that are used (1 in `used`), ascending; -1 for the others. */
export function placesOfUsed(used: Uint8Array): Int32Array {
  const places = new Int32Array(used.length);
  for (let code = 0, next = 0; code < used.length; code++) places[code] = used[code] === 1 ? next++ : -1;
  return places;
}
