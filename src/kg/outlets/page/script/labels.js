// Names in the drawing: always one readable size, as many as fit at this zoom without touching,
// the best connected nodes first; below their node or, where that is taken, above or beside it.
// Where there is room left, edges are named too.
// Worked out anew when the zoom changes, not when the view moves.

const FACE = "system-ui, 'Hiragino Sans', 'Noto Sans CJK JP', 'Noto Sans JP', sans-serif";
const TEXT = 13; // pixels on the screen
const SMALL = 11; // for edges
const LINE = 15;
const GAP = 3;
const MARK = 4; // pixels; names keep clear of marks larger than this
const ALWAYS = 6; // so many are named even if that covers marks
const CELL = 160; // pixels; names are compared with those in neighbouring cells only
const CJK = /[\u3040-\u30ff\u3400-\u9fff\uff00-\uffef]/;

const byLinks = [...NODES.keys()].sort((a, b) => edgesOf[b].length - edgesOf[a].length || a - b);
let names = []; // for each node its lines and their width, in the page's language
let placed = { key: "", boxes: [], lines: [] };

/** A name on at most three lines: words where there are spaces, else equal lines of letters. */
function wrapped(text) {
  const lines = CJK.test(text) ? evenly([...text]) : packed(text.split(/\s+/));
  return lines.length > 3 ? [lines[0], lines[1], `${lines[2]}…`] : lines;
}

function evenly(letters) {
  const size = Math.ceil(letters.length / Math.ceil(letters.length / 13));
  const lines = [];
  for (let start = 0; start < letters.length; start += size)
    lines.push(letters.slice(start, start + size).join(""));
  return lines;
}

function packed(pieces) {
  const lines = [];
  for (const piece of pieces) {
    const longer = `${lines.at(-1) ?? ""} ${piece}`.trim();
    if (lines.length && longer.length <= 22) lines[lines.length - 1] = longer;
    else lines.push(piece.length > 30 ? `${piece.slice(0, 29)}…` : piece);
  }
  return lines;
}

function forgetLabels() {
  names = [];
  placed = { key: "", boxes: [], lines: [] };
}

function measured(context, index) {
  const found = names[index];
  if (found) return found;
  const lines = wrapped(label(NODES[index]));
  const width = Math.max(...lines.map((line) => context.measureText(line).width), 0);
  return (names[index] = { lines, width });
}

/** What a node's mark takes of the screen. */
function markBox(index, scale) {
  const { x, y, options } = network.body.nodes[index];
  const size = options.size * scale;
  return {
    index,
    left: x * scale - size,
    right: x * scale + size,
    top: y * scale - size,
    bottom: y * scale + size,
  };
}

/** Where a name may stand, best first. */
function rooms(context, index, scale) {
  const { lines, width } = measured(context, index);
  const height = lines.length * LINE;
  const { left, right, top, bottom } = markBox(index, scale);
  const box = (x, y) => ({ index, left: x, top: y, right: x + width, bottom: y + height });
  const [middle, centre] = [(left + right - width) / 2, (top + bottom - height) / 2];
  return [
    box(middle, bottom + GAP),
    box(middle, top - GAP - height),
    box(right + GAP, centre),
    box(left - GAP - width, centre),
  ];
}

function touches(a, b) {
  return (
    a.left < b.right + 4 && b.left < a.right + 4 && a.top < b.bottom + 1 && b.top < a.bottom + 1
  );
}

/** A register of what is taken; a node's own mark does not stand in the way of its name. */
function register() {
  const cells = new Map();
  const keysOf = ({ left, right, top, bottom }) => {
    const keys = [];
    for (let x = Math.floor(left / CELL); x <= Math.floor(right / CELL); x++)
      for (let y = Math.floor(top / CELL); y <= Math.floor(bottom / CELL); y++)
        keys.push(x * 65536 + y);
    return keys;
  };
  const clash = (box) => (other) => other.index !== box.index && touches(box, other);
  return {
    isFree: (box) => !keysOf(box).some((key) => cells.get(key)?.some(clash(box))),
    count: (box) => keysOf(box).flatMap((key) => (cells.get(key) ?? []).filter(clash(box))).length,
    take: (box) => {
      for (const key of keysOf(box)) cells.get(key)?.push(box) ?? cells.set(key, [box]);
    },
  };
}

/** The best free room for a name, if any; the first few names may cover marks, as few as can be. */
function bestRoom(boxes, { taken, marked, isInside }, mayCover) {
  const free = boxes.filter((box) => isInside(box) && taken.isFree(box));
  const clear = free.find(marked.isFree);
  if (clear || !mayCover) return clear;
  return free.sort((a, b) => marked.count(a) - marked.count(b))[0];
}

/** What is free on the screen before any name is placed: marks, and the picture's own bounds. */
function emptyGround(order, scale) {
  const ground = { taken: register(), marked: register() };
  const marks = order.map((index) => markBox(index, scale));
  marks.filter(({ left, right }) => right - left > 2 * MARK).forEach(ground.marked.take);
  const { x, y } = fitMargins();
  const edge = (key, pick) => marks.map((mark) => mark[key]).reduce((a, b) => pick(a, b), 0);
  const [left, right] = [edge("left", Math.min) - x, edge("right", Math.max) + x];
  const [top, bottom] = [edge("top", Math.min) - y, edge("bottom", Math.max) + y];
  ground.isInside = (box) =>
    box.left > left && box.right < right && box.top > top && box.bottom < bottom;
  return ground;
}

function placeLabels(context, scale) {
  const first = chosenNodes();
  const key = `${scale.toFixed(3)} ${first}`;
  if (placed.key === key) return placed;
  const order = [...new Set([...first, ...byLinks])].filter(nodeIsShown);
  const ground = emptyGround(order, scale);
  const boxes = [];
  order.forEach((index, place) => {
    const box = bestRoom(rooms(context, index, scale), ground, place < ALWAYS);
    if (!box) return;
    boxes.push(box);
    ground.taken.take(box);
  });
  placed = { key, boxes, lines: placeEdgeLabels(context, scale, ground) };
  return placed;
}

/** Nodes whose names come first: what is chosen. */
function chosenNodes() {
  if (!state.chosen) return [];
  const { what, index } = state.chosen;
  return what === "node" ? [index] : [EDGES[index].a, EDGES[index].b];
}

/** Edges are named where their marks are large and the line is longer than its name. */
function placeEdgeLabels(context, scale, { taken, marked }) {
  if (scale < 0.35) return [];
  const chosen = (index) => (isChosenEdge(index) ? 0 : 1);
  const order = shownEdges().sort((a, b) => chosen(a) - chosen(b));
  context.font = `${SMALL}px ${FACE}`;
  const boxes = [];
  for (const index of order) {
    const free = (box) => taken.isFree(box) && marked.isFree(box);
    const box = edgeRooms(context, index, scale).find(free);
    if (!box) continue;
    boxes.push(box);
    taken.take(box);
  }
  return boxes;
}

function isChosenEdge(index) {
  if (!state.chosen) return false;
  const { a, b } = EDGES[index];
  return state.chosen.what === "edge"
    ? state.chosen.index === index
    : [a, b].includes(state.chosen.index);
}

function edgeRooms(context, index, scale) {
  const { from, to, edgeType } = network.body.edges[index];
  const text = label(PREDICATES[EDGES[index].predicate]);
  const width = context.measureText(text).width;
  if (Math.hypot(from.x - to.x, from.y - to.y) * scale < width + 40) return [];
  return [0.5, 0.4, 0.6].map((along) => {
    const { x, y } = edgeType.getPoint(along);
    const [left, top] = [x * scale - width / 2, y * scale - SMALL / 2];
    return {
      index: `edge ${index}`,
      text,
      left,
      top,
      right: left + width,
      bottom: top + SMALL + 2,
    };
  });
}

/** Draws the names; vis-network calls this with the context in the drawing's own units. */
function drawLabels(context) {
  const scale = network.getScale();
  context.save();
  context.scale(1 / scale, 1 / scale);
  const named = `${TEXT}px ${FACE}`;
  Object.assign(context, {
    textAlign: "center",
    textBaseline: "top",
    lineJoin: "round",
    lineWidth: 4,
    font: named,
  });
  Object.assign(context, { strokeStyle: theme.paper, fillStyle: theme.faint });
  const { boxes, lines } = placeLabels(context, scale);
  context.font = `${SMALL}px ${FACE}`;
  for (const box of edgesAreMoving ? [] : lines) drawText(context, box.text, box, 0);
  Object.assign(context, { font: named, fillStyle: theme.ink });
  for (const box of boxes) drawName(context, box);
  context.restore();
}

function drawName(context, box) {
  measured(context, box.index).lines.forEach((line, row) => drawText(context, line, box, row));
}

function drawText(context, text, { left, right, top }, row) {
  const middle = (left + right) / 2;
  context.strokeText(text, middle, top + row * LINE);
  context.fillText(text, middle, top + row * LINE);
}
