// Places for new entities, around what they are joined to; nothing that is shown is moved.

const ROOM_X = 150;
const ROOM_Y = 80;

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

const RING_X = 170;
const RING_Y = 110;
const CLEAR = 15; // pixels between a line and whatever it does not end at
const STRICT = 8; // rings on which lines must be clear; further out no spot might be left
const TURNS = [0.5, 0, 0.25, 0.75]; // half a step first, so that no ring stands behind another

/** Whether the line from a centre to a spot passes all that stands there at a distance. */
function isClear(places, centre, x, y) {
  const [dx, dy] = [x - centre.x, y - centre.y];
  const length = Math.hypot(dx, dy);
  for (const spot of places.values()) {
    const [a, b] = [spot.x - centre.x, spot.y - centre.y];
    const along = (a * dx + b * dy) / length;
    if (along > CLEAR && along < length && Math.abs(a * dy - b * dx) / length < CLEAR) return false;
  }
  return true;
}

/** Spots on rings around a centre, by ring. */
function* spotsAround(centre) {
  for (let ring = 1; ; ring += 1)
    for (const part of TURNS)
      for (let step = 0; step < ring * 8; step += 1) {
        const angle = (2 * Math.PI * (step + part)) / (ring * 8);
        const x = Math.round(centre.x + Math.cos(angle) * ring * RING_X);
        yield { x, y: Math.round(centre.y + Math.sin(angle) * ring * RING_Y), ring };
      }
}

/** Gives each id the spot that is kept for it, else a free one on rings around a centre. */
export function placeAround(places, ids, centre = { x: 0, y: 0 }, kept = {}) {
  const taken = crowd(places);
  const put = (id, { x, y }) => {
    places.set(id, { x, y });
    taken.add({ x, y });
  };
  const isKept = (id) => Object.hasOwn(kept, id) && taken.isFree(kept[id].x, kept[id].y);
  for (const id of ids) if (isKept(id)) put(id, kept[id]);
  const spots = spotsAround(centre);
  for (const id of ids.filter((one) => !places.has(one))) {
    if (!places.size) put(id, centre);
    else
      for (;;) {
        const { x, y, ring } = spots.next().value;
        if (!taken.isFree(x, y) || (ring <= STRICT && !isClear(places, centre, x, y))) continue;
        put(id, { x, y });
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
