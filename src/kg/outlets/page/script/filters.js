// The legend, which is also the filter by type, the filter by relation, and "only around …".

const NODES_OF_KIND = countBy(NODES.map((node) => node.kind));
const EDGES_OF_PREDICATE = countBy(EDGES.map((edge) => edge.predicate));

function renderFilters() {
  renderChips(byId("types"), KINDS, NODES_OF_KIND, state.hiddenKinds);
  renderChips(byId("relations"), PREDICATES, EDGES_OF_PREDICATE, state.hiddenPredicates);
  const left = PREDICATES.length - state.hiddenPredicates.size;
  byId("relations-count").textContent = word("shown", { shown: left, all: PREDICATES.length });
  renderAround();
}

function countBy(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function renderChips(box, things, counts, hidden) {
  const place = [...box.children].indexOf(document.activeElement);
  const order = [...things.keys()];
  if (things === PREDICATES) order.sort((a, b) => counts.get(b) - counts.get(a) || a - b);
  const chips = order.map((index) => chip(things[index], counts.get(index), hidden, index));
  if (hidden.size) chips.push(button(word("show_all"), () => showAll(hidden), { class: "plain" }));
  box.replaceChildren(...chips);
  if (place >= 0) chips[Math.min(place, chips.length - 1)].focus();
}

function chip(thing, count, hidden, index) {
  const pressed = String(!hidden.has(index));
  const found = make("button", { type: "button", class: "chip", "aria-pressed": pressed });
  if (thing.shape) found.append(mark(thing));
  found.append(`${label(thing)} `, make("small", {}, count));
  found.addEventListener("click", () => {
    if (!hidden.delete(index)) hidden.add(index);
    changed();
  });
  return found;
}

function showAll(hidden) {
  hidden.clear();
  changed();
}

function showOnlyAround(index) {
  state.around = index;
  changed();
  fitDrawing();
}

function renderAround() {
  const box = byId("around");
  box.hidden = state.around === null;
  if (box.hidden) return;
  const everything = () => {
    state.around = null;
    changed();
    fitDrawing();
    byId("graph").focus({ preventScroll: true });
  };
  box.replaceChildren(
    word("around", { name: label(NODES[state.around]) }),
    " ",
    button(word("show_all"), everything),
  );
}

function startFilters() {
  whenChanged(renderFilters);
}
