// What is shown and what is chosen. Others ask here, and are told when the filters change.

const { nodes: NODES, edges: EDGES, kinds: KINDS, predicates: PREDICATES } = DATA;

const state = {
  hiddenKinds: new Set(),
  hiddenPredicates: new Set(),
  around: null, // index of the node whose neighbours alone are shown
  chosen: null, // { what: "node" | "edge", index }
};

const edgesOf = NODES.map(() => []);
EDGES.forEach((edge, index) => {
  edgesOf[edge.a].push(index);
  if (edge.b !== edge.a) edgesOf[edge.b].push(index);
});

const listeners = [];

/** Calls `listener` after each change of the filters or the language. */
function whenChanged(listener) {
  listeners.push(listener);
}

function changed() {
  nearby = neighbourhood();
  for (const listener of listeners) listener();
}

let nearby = null;

function neighbourhood() {
  if (state.around === null) return null;
  const found = new Set([state.around]);
  for (const index of edgesOf[state.around]) found.add(EDGES[index].a).add(EDGES[index].b);
  return found;
}

function nodeIsShown(index) {
  return !state.hiddenKinds.has(NODES[index].kind) && (!nearby || nearby.has(index));
}

function edgeIsShown(index) {
  const { a, b, predicate } = EDGES[index];
  return !state.hiddenPredicates.has(predicate) && nodeIsShown(a) && nodeIsShown(b);
}

function shownNodes() {
  return [...NODES.keys()].filter(nodeIsShown);
}

function shownEdges() {
  return [...EDGES.keys()].filter(edgeIsShown);
}

/** Lifts the filters that hide a node. */
function reveal(index) {
  if (nodeIsShown(index)) return;
  state.hiddenKinds.delete(NODES[index].kind);
  if (nearby && !nearby.has(index)) state.around = null;
  changed();
}
