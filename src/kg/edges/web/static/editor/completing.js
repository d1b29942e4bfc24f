// Completion from the words of this graph, in both languages, and from its names.

import { site } from "../root.js";
let words = null;
const KINDS = { class: "class", property: "property", concept: "enum", graph: "namespace" };

async function vocabulary() {
  if (!words) {
    const answer = await fetch(`${site}/api/terms`);
    if (!answer.ok) return { prefixes: {}, terms: [] };
    words = await answer.json();
  }
  return words;
}

/** The declarations that a query uses and lacks. */
function missingPrefix(text, name, prefixes) {
  const prefix = /^([\w-]+):/.exec(name)?.[1];
  if (!prefix || !prefixes[prefix] || new RegExp(`PREFIX\\s+${prefix}:`, "i").test(text)) return "";
  return `PREFIX ${prefix}: <${prefixes[prefix]}>\n`;
}

/** Writes a word, and its prefix at the head where the query has not declared it. */
function writing(name, prefixes) {
  return (view, _, from, to) => {
    const head = missingPrefix(view.state.doc.toString(), name, prefixes);
    const changes = [{ from, to, insert: name }];
    if (head) changes.unshift({ from: 0, insert: head });
    view.dispatch({ changes, selection: { anchor: from + name.length + head.length } });
  };
}

async function names(text, prefixes) {
  if (text.length < 2) return [];
  const answer = await fetch(`${site}/api/search?kind=entity&kind=source&limit=10&q=${encodeURIComponent(text)}`);
  if (!answer.ok) return [];
  const { results } = await answer.json();
  return results.map((hit) => {
    const name = hit.id.includes("/") || hit.id.includes(":") ? `<${hit.iri}>` : `id:${hit.id}`;
    return { label: `${name} ${hit.label.en} ${hit.label.ja}`, displayLabel: name, detail: `${hit.label.en} · ${hit.label.ja}`, type: "constant", apply: writing(name, prefixes) };
  });
}

/** A completion source: by name, or by a word of the label in either language. */
export async function complete(context) {
  const word = context.matchBefore(/[^\s{}()<>"';,.|^?$]+/);
  if (!word && !context.explicit) return null;
  const typed = (word?.text ?? "").toLowerCase();
  const { prefixes, terms } = await vocabulary();
  const fits = (term) => `${term.name} ${term.en} ${term.ja}`.toLowerCase().includes(typed);
  const options = terms.filter(fits).slice(0, 100).map((term) => ({
    label: `${term.name} ${term.en} ${term.ja}`,
    displayLabel: term.name,
    detail: `${term.en} · ${term.ja}`,
    type: KINDS[term.kind],
    apply: writing(term.name, prefixes),
  }));
  const found = await names(typed.replace(/^id:/, ""), prefixes).catch(() => []);
  return { from: word?.from ?? context.pos, options: [...options, ...found], filter: false };
}
