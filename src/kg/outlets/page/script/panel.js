// The evidence panel: what is said of the chosen node or edge, by whom, and where it is written.

let opener = null;

/** Chooses a node or an edge; `from` is the control that asked, to which the focus returns. */
function choose(what, index, from = null) {
  state.chosen = { what, index };
  opener = from ?? opener ?? byId("graph");
  renderPanel();
  markChosen();
  showInDrawing(what, index, from !== null);
  if (from) byId("panel-heading").focus();
}

function closePanel() {
  if (!state.chosen) return;
  state.chosen = null;
  renderPanel();
  markChosen();
  clearDrawing();
  (opener?.isConnected ? opener : byId("graph")).focus({ preventScroll: true });
  opener = null;
}

function renderPanel() {
  const { chosen } = state;
  byId("panel").classList.toggle("open", chosen !== null);
  byId("panel-close").hidden = chosen === null;
  const body = byId("panel-body");
  body.scrollTop = 0;
  if (chosen === null) body.replaceChildren(make("p", { class: "quiet" }, word("evidence_hint")));
  else body.replaceChildren(...(chosen.what === "node" ? nodeCard : edgeCard)(chosen.index));
}

function nodeCard(index) {
  const node = NODES[index];
  return [
    make("h3", {}, mark(KINDS[node.kind]), label(node)),
    make(
      "p",
      { class: "quiet" },
      [otherLabel(node), label(KINDS[node.kind])].filter(Boolean).join(" · "),
    ),
    make("p", { class: "quiet iri" }, link(node.iri, node.iri)),
    ...factList(node),
    ...connectionList(index),
  ];
}

function factList(node) {
  if (!node.facts) return [];
  return [make("h4", {}, word("facts")), ...node.facts.map(factCard)];
}

function factCard(fact) {
  const value = (page.lang === "ja" && fact.valueJa) || fact.value;
  return make(
    "section",
    { class: "fact" },
    make("p", {}, make("span", { class: "quiet" }, `${label(fact)} `), make("strong", {}, value)),
    claimCards(fact.claims, [fact.value, fact.valueJa]),
  );
}

function connectionList(index) {
  const found = edgesOf[index];
  if (found.length === 0) return [make("p", { class: "quiet" }, word("no_facts"))];
  return [
    make("h4", {}, `${word("connections")} `, make("span", { class: "quiet" }, found.length)),
    button(word("only_around"), () => showOnlyAround(index), { class: "plain" }),
    make(
      "ul",
      { class: "connections" },
      found.map((edge) => connection(index, edge)),
    ),
  ];
}

function connection(index, edgeIndex) {
  const edge = EDGES[edgeIndex];
  const outward = edge.a === index;
  const other = NODES[outward ? edge.b : edge.a];
  const relation = make("span", { class: "quiet" }, label(PREDICATES[edge.predicate]));
  const arrow = make("span", { class: "arrow", "aria-hidden": "true" }, outward ? "→" : "←");
  const end = make("span", {}, mark(KINDS[other.kind]), label(other));
  const row = make("button", { type: "button" }, arrow, relation, end);
  if (!edgeIsShown(edgeIndex)) row.append(make("small", {}, word("hidden_now")));
  row.addEventListener("click", () => choose("edge", edgeIndex, opener ?? byId("graph")));
  return make("li", {}, row);
}

function edgeCard(index) {
  const edge = EDGES[index];
  return [
    make(
      "h3",
      { class: "triple" },
      endButton(edge.a),
      make("span", {}, label(PREDICATES[edge.predicate])),
      endButton(edge.b),
    ),
    claimCards(edge.claims, [NODES[edge.b].en, NODES[edge.b].ja]),
  ];
}

function endButton(index) {
  const node = NODES[index];
  const found = make(
    "button",
    { type: "button", class: "end" },
    mark(KINDS[node.kind]),
    label(node),
  );
  found.addEventListener("click", () => choose("node", index, opener ?? byId("graph")));
  return found;
}

/** The claims, each once in full; a value that the heading already says is left out. */
function claimCards(claims, said) {
  if (!claims) return make("p", { class: "quiet" }, word("no_claims"));
  return make(
    "ol",
    { class: "claims" },
    claims.map((claim) => claimCard(claim, said)),
  );
}

function claimCard(claim, said) {
  const value = (page.lang === "ja" && claim.valueJa) || claim.value;
  return make(
    "li",
    { class: "claim", "data-review": claim.review },
    value && !said.includes(value) && make("p", { class: "value" }, value),
    make(
      "p",
      {},
      make("span", { class: "quiet" }, `${word("said_by")} `),
      make("b", {}, label(DATA.asserters[claim.by])),
    ),
    make(
      "p",
      { class: "badges" },
      badge(word("status"), codeWord(claim.status)),
      badge(word("asserted_on"), claim.on ?? word("no_date")),
      badge(word("review"), codeWord(claim.review), `review-${claim.review}`),
      badge(word("rank"), codeWord(claim.rank)),
    ),
    (claim.evidence ?? []).map(passage),
    claim.note && make("p", { class: "quiet" }, `${word("note")}: `, note(claim)),
    make("p", { class: "quiet iri" }, link(claim.iri, claim.iri)),
  );
}

/** The editors' note in the page's language; marked where it is in English only. */
function note(claim) {
  if (page.lang === "ja" && claim.noteJa) return claim.noteJa;
  return page.lang === "en" ? claim.note : make("span", { lang: "en" }, claim.note);
}

function badge(name, value, tone = "") {
  if (!value) return null;
  return make(
    "span",
    { class: `badge ${tone}` },
    make("span", { class: "quiet" }, `${name} `),
    value,
  );
}

function passage(evidence) {
  const source = DATA.sources[evidence.source];
  const about = [
    source.publisher,
    source.date ?? word("no_date"),
    ...[evidence.role, source.tier, evidence.level].map(codeWord),
  ];
  return make(
    "figure",
    {},
    make("blockquote", { lang: evidence.language }, evidence.quote),
    make(
      "figcaption",
      {},
      link(source.url, source.title),
      make("span", { class: "quiet" }, about.filter(Boolean).join(" · ")),
    ),
  );
}
