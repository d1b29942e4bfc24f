// Places for new entities, around what they are joined to; nothing that is shown is moved.

const ROOM_X = 130;
const ROOM_Y = 60;

/** A test of whether a spot is free, in constant time: spots are kept by cells of a grid. */
function crowd(places) {
  const cells = new Map();
  const cell = (x, y) => `${Math.floor(x / ROOM_X)} ${Math.floor(y / ROOM_Y)}`;
  const add = (spot) => {
    const key = cell(spot.x, spot.y);
    cells.set(key, [...(cells.get(key) ?? []), spot]);
  };
  const isFree = (x, y) => {
    for (const i of [-1, 0, 1])
      for (const j of [-1, 0, 1])
        for (const spot of cells.get(cell(x + i * ROOM_X, y + j * ROOM_Y)) ?? [])
          if (Math.abs(spot.x - x) < ROOM_X && Math.abs(spot.y - y) < ROOM_Y) return false;
    return true;
  };
  for (const spot of places.values()) add(spot);
  return { add, isFree };
}

/** Gives each id a free spot on rings around a centre. */
export function placeAround(places, ids, centre = { x: 0, y: 0 }) {
  const taken = crowd(places);
  let ring = places.size ? 1 : 0;
  let turn = 0;
  for (const id of ids) {
    for (;;) {
      const count = Math.max(1, ring * 8);
      if (turn >= count) {
        ring += 1;
        turn = 0;
        continue;
      }
      const angle = (2 * Math.PI * turn) / count + ring * 0.4;
      turn += 1;
      const x = Math.round(centre.x + Math.cos(angle) * ring * 170);
      const y = Math.round(centre.y + Math.sin(angle) * ring * 110);
      if (!taken.isFree(x, y)) continue;
      places.set(id, { x, y });
      taken.add({ x, y });
      break;
    }
  }
}

const COLUMN = 190;
const ROW = 130;

/** Puts walks from one entity to another side by side: a column for each step, no three in a line. */
export function placeInColumns(places, walks) {
  const { x, y } = places.get(walks[0][0]) ?? { x: 0, y: 0 };
  const filled = new Map();
  for (const walk of walks)
    walk.forEach((id, column) => {
      if (places.has(id)) return;
      const row = filled.get(column) ?? 0;
      filled.set(column, row + 1);
      const side = row % 2 ? -1 : 1;
      const lift = column % 2 ? ROW / 4 : -ROW / 4;
      places.set(id, { x: x + column * COLUMN, y: Math.round(y + side * Math.ceil(row / 2) * ROW + lift) });
    });
}
