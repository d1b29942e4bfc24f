// Search by any name of a node: kanji, kana, romaji, former and damaged names, identifier.

const MOST = 12;

/** One spelling for what people type alike: width, case, accents, katakana and hyphens. */
function plain(text) {
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60))
    .replace(/[\s\-_・]+/g, " ")
    .trim();
}

const NAMES = NODES.map((node) =>
  [node.en, node.ja, node.id, ...(node.names ?? [])].filter(Boolean).map(plain),
);

/** How well a name answers: 0 the same, 1 begins so, 2 a word begins so, 3 holds it, 9 not. */
function fit(name, wanted) {
  if (name === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  if (name.includes(` ${wanted}`)) return 2;
  return name.includes(wanted) || name.replaceAll(" ", "").includes(wanted.replaceAll(" ", ""))
    ? 3
    : 9;
}

function search(text) {
  const wanted = plain(text);
  if (!wanted) return [];
  const found = NODES.map((_, index) => ({
    index,
    score: Math.min(...NAMES[index].map((name) => fit(name, wanted))),
  })).filter(({ score }) => score < 9);
  return found.sort(
    (a, b) => a.score - b.score || edgesOf[b.index].length - edgesOf[a.index].length,
  );
}

function renderSearch() {
  const text = byId("search").value;
  const found = search(text);
  const count = found.length ? word("found", { n: found.length }) : word("nothing");
  byId("search-count").textContent = text.trim() ? count : "";
  byId("search-results").replaceChildren(...found.slice(0, MOST).map(({ index }) => hit(index)));
}

function hit(index) {
  const node = NODES[index];
  const name = make("button", { type: "button" }, mark(KINDS[node.kind]), label(node));
  name.append(make("small", { class: "quiet" }, otherLabel(node)));
  name.addEventListener("click", () => goTo(index));
  return make("li", {}, name);
}

function goTo(index) {
  clearSearch();
  reveal(index);
  choose("node", index, byId("search"));
}

function clearSearch() {
  byId("search").value = "";
  renderSearch();
}

function searchKeys(event) {
  const buttons = [byId("search"), ...byId("search-results").querySelectorAll("button")];
  const place = buttons.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && buttons[place + step]) {
    event.preventDefault();
    buttons[place + step].focus();
  } else if (event.key === "Enter" && place === 0 && buttons[1] && !event.isComposing) {
    event.preventDefault();
    buttons[1].click();
  } else if (event.key === "Escape" && byId("search").value) {
    event.stopPropagation();
    clearSearch();
    byId("search").focus();
  }
}

function startSearch() {
  byId("search").addEventListener("input", renderSearch);
  byId("search").closest(".search").addEventListener("keydown", searchKeys);
  whenChanged(renderSearch);
}
