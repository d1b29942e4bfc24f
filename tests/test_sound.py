"""Whatever is sent or loaded is taken whole or not at all: every format, cut, marked, hostile."""

import codecs
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from surfaces import kg
from test_writing import TOKEN, Server, serving

RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/"'
DECLARED = '<?xml version="1.0" encoding="UTF-16"?>'
NODE = '<rdf:Description rdf:about="http://e/a"><e:p>one</e:p></rdf:Description>'
XML = f"<rdf:RDF {RDF}>{NODE}</rdf:RDF>"
LINE = "<http://e/a> <http://e/p> <http://e/o> ."
JSON = '[{"@id": "http://e/a", "http://e/p": [{"@value": "one"}]}]'
TYPES = {
    "ttl": "text/turtle", "nt": "application/n-triples", "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json", "trig": "application/trig", "nq": "application/n-quads",
}  # fmt: skip
WHOLE = {"ttl": LINE, "nt": LINE, "rdf": XML, "jsonld": JSON, "trig": LINE, "nq": LINE}


def nested(depth: int) -> str:
    ends = "</e:p></rdf:Description>"
    return f"<rdf:RDF {RDF}>{'<rdf:Description><e:p>' * depth}{ends * depth}</rdf:RDF>"


def typed(doctype: str) -> str:
    return f"<!DOCTYPE rdf:RDF [{doctype}]>{XML.replace('one', '&e;')}"


BOMB = '<!ENTITY a "lollollol">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)
HOSTILE = {
    "laughs": typed(BOMB),
    "hidden": typed('<!ENTITY a "lol"><!ENTITY e "&#38;a;&#38;a;">'),
    "long": typed(f'<!ENTITY e "{"x" * 5000}">'),
    "file": typed('<!ENTITY e SYSTEM "file:///etc/hostname">'),
    "parameter": typed("<!ENTITY % a \"<!ENTITY e 'x'>\"> %a;"),
    "undefined": XML.replace("one", "&e;"),
    "deep": nested(50_000),
    "two": XML + XML,
    "control": XML.replace("one", "\x01"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("sound")
    (folder / "token").write_text(TOKEN)
    with serving(folder / "store", folder / "token") as running:
        yield running


def put(server: Server, suffix: str, body: bytes, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    told = server.http.put(
        "/store?graph=urn:g", content=body, headers={"Content-Type": TYPES[suffix], **named}
    )
    assert told.status_code < 300 or json.loads(told.text)["detail"]
    return told.status_code


def held(server: Server) -> list[str]:
    return server.rows("GRAPH <urn:g> { ?s ?p ?o }")


@pytest.mark.parametrize("suffix", TYPES)
def test_a_body_that_is_cut_off_anywhere_changes_nothing(server: Server, suffix: str) -> None:
    whole = WHOLE[suffix].encode()
    assert put(server, "ttl", b"<urn:s> <urn:p> 'kept' .") < 300
    for length in range(1, len(whole), 7):
        if whole[length:].strip():
            assert put(server, suffix, whole[:length]) == 400, whole[:length]
    packed = gzip.compress(whole)
    assert put(server, suffix, packed[:-4], Content_Encoding="gzip") == 400
    assert held(server) == ["kept"]


@pytest.mark.parametrize(
    ("suffix", "is_taken"),
    [("ttl", True), ("nt", True), ("trig", True), ("nq", True), ("rdf", False), ("jsonld", False)],
)
def test_an_empty_body_is_an_empty_graph_where_the_format_says_so(
    server: Server, suffix: str, is_taken: bool
) -> None:
    put(server, "ttl", b"<urn:s> <urn:p> 'kept' .")
    assert put(server, suffix, b"") == (204 if is_taken else 400)
    assert held(server) == ([] if is_taken else ["kept"])


@pytest.mark.parametrize("suffix", TYPES)
def test_a_byte_order_mark_is_no_content(server: Server, tmp_path: Path, suffix: str) -> None:
    body = codecs.BOM_UTF8 + WHOLE[suffix].encode()
    assert put(server, suffix, body) < 300
    assert len(held(server)) == 1
    assert put(server, suffix, gzip.compress(body), Content_Encoding="gzip") < 300
    (tmp_path / f"a.{suffix}").write_bytes(body)
    (tmp_path / f"b.{suffix}.gz").write_bytes(gzip.compress(body))
    run = kg("load", *sorted(tmp_path.iterdir()), "--store", tmp_path / "store", "--json")
    assert json.loads(run.out)["quads"] == 1


@pytest.mark.parametrize(
    ("declaration", "coding"),
    [("", "utf-16"), *((DECLARED, f"utf-16{end}") for end in ("", "-le", "-be"))],
)
def test_rdf_xml_may_come_in_utf_16(
    server: Server, tmp_path: Path, declaration: str, coding: str
) -> None:
    body = (declaration + XML.replace("one", "日本")).encode(coding)
    assert put(server, "rdf", body) < 300
    assert held(server) == ["日本"]
    (tmp_path / "a.rdf").write_bytes(body)
    run = kg("load", tmp_path / "a.rdf", "--store", tmp_path / "store", "--json")
    assert json.loads(run.out)["quads"] == 1


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
def test_hostile_xml_is_refused_at_once(
    server: Server, tmp_path: Path, name: str, coding: str
) -> None:
    body = HOSTILE[name].encode(coding)
    assert put(server, "ttl", b"<urn:s> <urn:p> 'kept' .") < 300
    assert put(server, "rdf", body) == 400
    assert held(server) == ["kept"]
    (tmp_path / "a.rdf").write_bytes(body)
    run = kg("load", tmp_path / "a.rdf", "--store", tmp_path / "store")
    assert run.code == 2
    assert "a.rdf:1" in run.err
    assert "Traceback" not in run.err


def test_entities_for_namespaces_are_taken(server: Server) -> None:
    owl = "http://www.w3.org/2002/07/owl#"
    body = (
        f'<?xml version="1.0"?><!DOCTYPE rdf:RDF [<!ENTITY owl "{owl}"> <!ENTITY e "http://e/">]>'
        f'<rdf:RDF xmlns="&e;" xmlns:owl="&owl;" {RDF}><owl:Class rdf:about="&e;C"/></rdf:RDF>'
    )
    assert put(server, "rdf", body.encode()) < 300
    assert held(server) == [owl + "Class"]


def test_an_entity_is_told_by_name(server: Server) -> None:
    told = server.http.put(
        "/store?graph=urn:g",
        content=typed(BOMB).encode(),
        headers={"Content-Type": TYPES["rdf"]},
    )
    assert "`b`" in told.json()["detail"]
    assert "CWE-776" in told.json()["detail"]


def test_deep_json_is_refused_and_brackets_in_strings_are_not_deep(server: Server) -> None:
    assert put(server, "jsonld", b'{"http://e/p":' * 5000 + b"1" + b"}" * 5000) == 400
    many = json.dumps({"@id": "http://e/a", "http://e/p": '[{\\"' * 50_000})
    assert put(server, "jsonld", many.encode()) < 300
    flat = json.dumps([{"@id": f"http://e/{n}", "http://e/p": n} for n in range(3000)])
    assert put(server, "jsonld", flat.encode()) < 300


def test_a_context_that_lies_elsewhere_is_told_with_its_address(
    server: Server, tmp_path: Path
) -> None:
    body = json.dumps({"@context": ["https://schema.org/", {"a": "urn:a"}], "name": "x"})
    told = server.http.put(
        "/store?default", content=body, headers={"Content-Type": TYPES["jsonld"]}
    )
    assert told.status_code == 400
    assert "https://schema.org/" in told.json()["detail"]
    (tmp_path / "a.jsonld").write_text(body)
    run = kg("load", tmp_path / "a.jsonld", "--store", tmp_path / "store")
    assert "https://schema.org/" in run.err
    assert "a.jsonld" in run.err


def test_what_is_sound_is_loaded_and_what_is_not_is_listed(tmp_path: Path) -> None:
    lines, good, cut = tmp_path / "lines.nt", tmp_path / "good.ttl", tmp_path / "cut.ttl"
    lines.write_text(
        "<urn:a> <urn:p> _:x .\nbroken\n"
        + "".join(f"<urn:a> <urn:q> <urn:{n}> .\n" for n in range(5000))
        + "<urn:b> <urn:p> _:x .\n<urn:a> <urn:p>"
    )
    good.write_text("<urn:c> <urn:p> 1 .")
    cut.write_text("<urn:d> <urn:p> 1 .\n<urn:d> <urn:p>")
    files, store = (lines, cut, good), tmp_path / "store"
    assert kg("load", *files, "--store", store).code == 2
    run = kg("load", *files, "--store", store, "--keep-going", "--json")
    assert run.code == 1
    assert [f"{lines}:2:" in run.err, f"{lines}:5004:" in run.err, f"{cut}:2:" in run.err] == [
        True, True, True,
    ]  # fmt: skip
    told = json.loads(run.out)
    assert (told["quads"], told["left_out"]) == (5003, 3)


def test_a_copy_for_memory_holds_nothing_of_a_file_that_is_left_out(tmp_path: Path) -> None:
    good, bad, store = tmp_path / "good.nt", tmp_path / "z.ttl", tmp_path / "store"
    good.write_text("<urn:c> <urn:p> 1 .".replace("1", '"1"'))
    sound = "".join(f"<urn:a> <urn:q> <urn:{n}> .\n" for n in range(60_000))
    bad.write_text(f"{sound}nonsense")
    files, options = (good, bad), ("--keep-going", "--graph", "http://g", "--json")
    run = kg("load", *files, "--store", store, *options)
    assert json.loads(run.out)["quads"] == 1
    for copy in store.glob("*.nq"):
        assert copy.read_text().count("\n") == 1


def test_relative_names_want_a_base(tmp_path: Path) -> None:
    file, twin = tmp_path / "rel.ttl", tmp_path / "twin.ttl"
    for path in (file, twin):
        path.write_text("<#me> <urn:p> <#you> .")
    run = kg("load", file, twin, "--store", tmp_path / "a")
    assert run.err.count("--base") == 1
    run = kg("load", file, twin, "--store", tmp_path / "b", "--base", "http://e/", "--json")
    assert run.err == ""
    assert json.loads(run.out)["quads"] == 1
    file.write_text("@base <http://e/> . <#me> <urn:p> 1 .")
    assert kg("load", file, "--store", tmp_path / "c").err == ""
