// Builds the vendored browser files. Usage: node vendor.mjs <src/kg>
// Run through vendor.sh, which installs the pinned packages first.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PACKAGE_OF = /node_modules\/((?:@[^/]+\/)?[^/]+)\//;

const PICTURES = "outlets/static"; // inlined into standalone pages
const SITE = "edges/web/static/vendor"; // served to the pages of the site

// One entry per vendored build; without `global` it is an ES module. The ES-module builds of vis-network carry no stylesheet, so no
// <style> is injected at run time and the page's strict content security policy is not violated.
const BUILDS = [
  {
    folder: PICTURES,
    file: "vis-network.min.js",
    package: "vis-network",
    licence: "Apache-2.0 OR MIT",
    entry: `export { Network } from "vis-network/esnext/esm/vis-network.mjs";
            export { DataSet, DataView } from "vis-data/esnext/esm/vis-data.mjs";`,
    global: "vis",
  },
  {
    folder: SITE,
    file: "codemirror.min.js",
    package: "codemirror",
    licence: "MIT",
    entry: `export { minimalSetup, EditorView } from "codemirror";
            export { keymap, lineNumbers } from "@codemirror/view";
            export { autocompletion } from "@codemirror/autocomplete";
            export { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
            export { tags } from "@lezer/highlight";
            export { setDiagnostics } from "@codemirror/lint";
            export { sparql } from "codemirror-lang-sparql";`,
  },
];

const sha256 = (data) => createHash("sha256").update(data).digest("hex");
const manifest = (name) => JSON.parse(readFileSync(join("node_modules", name, "package.json")));

// The editor's styles go into the document as constructed sheets, which the page's policy allows,
// not as <style> elements, which it refuses; style-mod does so by itself in shadow roots only.
const constructedStyles = {
  name: "constructed-styles",
  setup({ onLoad }) {
    onLoad({ filter: /style-mod\/src\/style-mod\.js$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const changed = text.replace("!root.head && root.adoptedStyleSheets", "root.adoptedStyleSheets");
      if (changed === text) throw new Error("style-mod has changed: look how it mounts styles");
      return { contents: changed, loader: "js" };
    });
  },
};

async function bundle({ entry, global }) {
  const result = await build({
    stdin: { contents: entry, resolveDir: "." },
    bundle: true,
    minify: true,
    write: false,
    format: global ? "iife" : "esm",
    globalName: global,
    target: "es2020",
    legalComments: "eof",
    metafile: true,
    plugins: [constructedStyles],
    outfile: "out.js",
  });
  const inputs = Object.keys(result.metafile.inputs);
  const packages = [...new Set(inputs.map((path) => PACKAGE_OF.exec(path)?.[1]).filter(Boolean))];
  return { code: result.outputFiles[0].text, packages: packages.sort() };
}

function licenceTexts(name) {
  const folder = join("node_modules", name);
  const files = readdirSync(folder)
    .filter((file) => /^licen[cs]e/i.test(file))
    .sort();
  if (files.length === 0) throw new Error(`${name} ships no licence file`);
  return files.map((file) => readFileSync(join(folder, file), "utf8").trim());
}

function licences(packages) {
  const rule = "=".repeat(78);
  return (
    packages
      .map((name) => {
        const { version, license } = manifest(name);
        return [rule, `${name} ${version} (${license})`, rule, ...licenceTexts(name)].join("\n\n");
      })
      .join("\n\n") + "\n"
  );
}

async function vendor(spec, root) {
  const folder = join(root, spec.folder);
  const { code, packages } = await bundle(spec);
  const { version } = manifest(spec.package);
  const licenceFile = spec.file.replace(/\.min\.js$/, ".LICENSES.txt");
  const notice = `/*! ${spec.package} ${version}, ${spec.licence}; see ${licenceFile} */\n`;
  writeFileSync(join(folder, spec.file), notice + code);
  writeFileSync(join(folder, licenceFile), licences(packages));
  return {
    file: spec.file,
    name: spec.package,
    version,
    licence: spec.licence,
    licences: licenceFile,
    sha256: sha256(notice + code),
    source: `https://registry.npmjs.org/${spec.package}/-/${spec.package}-${version}.tgz`,
    bundles: Object.fromEntries(packages.map((name) => [name, manifest(name).version])),
    esbuild: manifest("esbuild").version,
  };
}

const root = process.argv[2];
for (const home of new Set(BUILDS.map((spec) => spec.folder))) {
  mkdirSync(join(root, home), { recursive: true });
  const entries = [];
  for (const spec of BUILDS) if (spec.folder === home) entries.push(await vendor(spec, root));
  writeFileSync(join(root, home, "vendor.json"), JSON.stringify(entries, null, 2) + "\n");
}
