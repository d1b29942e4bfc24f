// The page's data and its language: words of the controls, of codes, and labels of things.

const DATA = JSON.parse(document.getElementById("data").textContent);
const page = { lang: DATA.lang };

/** A control's text in the page's language; {names} in it are filled from `values`. */
function word(key, values = {}) {
  return DATA.words[page.lang][key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** What people call a code such as "accepted"; the code itself where it has no word. */
function codeWord(code) {
  if (!code) return "";
  const pair = Object.hasOwn(DATA.codes, code) ? DATA.codes[code] : [code, code];
  return pair[page.lang === "ja" ? 1 : 0];
}

/** The label of a node, type, relation or asserter in the page's language. */
function label(thing) {
  return thing[page.lang] || thing.en || thing.ja || thing.id || "";
}

/** The label in the other language, where it differs. */
function otherLabel(thing) {
  const other = thing[page.lang === "ja" ? "en" : "ja"];
  return other && other !== label(thing) ? other : "";
}

function claimCount(claims) {
  return word("claim_count", { n: claims.length });
}

/** Orders texts as a reader of the page's language expects. */
function inOrder() {
  return new Intl.Collator(page.lang, { numeric: true }).compare;
}
