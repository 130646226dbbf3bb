package main

import (
	"strings"
	"testing"

	"secretbridge.lab/document"
)

const good = `
apiVersion: acme.lab/v1
kind: Sailor
metadata: { name: anne, namespace: harbour, labels: { crew: "1" } }
spec: { rank: captain, watch: dog, age: 30, ship: { name: heron, flag: none }, tools: [{ name: knife, sharp: true }] }
`

func TestAGoodDocumentHasNoProblem(t *testing.T) {
	if problems := problemsOf(t, good); len(problems) != 0 {
		t.Errorf("unexpected: %q", problems)
	}
}

func TestEachCheckFindsItsProblem(t *testing.T) {
	for name, test := range map[string]struct{ old, new, want string }{
		"a version that is not served":             {"acme.lab/v1", "acme.lab/v1beta1", "apiVersion: the chart does not serve Sailor as v1beta1; it serves v1"},
		"a kind of the group that the chart lacks": {"kind: Sailor", "kind: Pirate", "apiVersion: the chart has no kind Pirate in acme.lab"},
		"an unknown field":                         {"age: 30", "agee: 30", "spec.agee: unknown field"},
		"an unknown field in a list":               {"sharp: true", "sharp: true, blunt: false", "spec.tools[0].blunt: unknown field"},
		"an unknown field of the metadata":         {"name: anne,", "name: anne, rank: first,", "metadata.rank: unknown field"},
		"a type":                                   {"age: 30", `age: "30"`, "spec.age: Invalid value"},
		"a minimum":                                {"age: 30", "age: 0", "spec.age: Invalid value"},
		"a pattern":                                {"watch: dog", "watch: Dog", "spec.watch: Invalid value"},
		"an enumeration":                           {"rank: captain", "rank: admiral", "spec.rank: Unsupported value"},
		"a field that is required":                 {"name: knife, ", "", "spec.tools[0].name: Required value"},
		"a rule in CEL":                            {"rank: captain", "rank: cook", "a cook keeps no watch"},
		"a key of a list that is there twice":      {"[{ name: knife", "[{ name: knife, sharp: true }, { name: knife", "spec.tools[1]: Duplicate value"},
		"a default":                                {", flag: none", "", `spec.ship.flag: "none" is added, by the defaults of the schema`},
		"a default in a list":                      {", sharp: true", "", "spec.tools[0].sharp: true is added, by the defaults of the schema"},
		"a default in place of nothing":            {"flag: none", "flag: null", `spec.ship.flag: null becomes "none", by the defaults of the schema`},
		"nothing where nothing is stored":          {"name: heron", "name: null", "spec.ship.name: null is removed, by the defaults of the schema"},
		"a name that is none":                      {"name: anne", "name: Anne", "metadata.name: Invalid value"},
		"a name that is missing":                   {"name: anne, ", "", "metadata.name: Required value"},
		"a namespace that is missing":              {", namespace: harbour", "", "metadata.namespace: Required value"},
		"a label that is no text":                  {`crew: "1"`, "crew: 1", "cannot unmarshal number"},
		"a label with a bad value":                 {`crew: "1"`, `crew: "a b"`, "metadata.labels: Invalid value"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(good, test.old) {
				t.Fatalf("%q is not in the good document", test.old)
			}
			problems := problemsOf(t, strings.Replace(good, test.old, test.new, 1))
			if len(problems) != 1 || !strings.Contains(problems[0], test.want) {
				t.Errorf("problems %q, expected one with %q", problems, test.want)
			}
		})
	}
}

func TestAnObjectOfTheClusterHasNoNamespace(t *testing.T) {
	problems := problemsOf(t, "{apiVersion: acme.lab/v1, kind: Fleet, metadata: {name: north, namespace: harbour}}")
	if len(problems) != 1 || !strings.Contains(problems[0], "metadata.namespace: Forbidden") {
		t.Errorf("problems %q", problems)
	}
}

func TestAnObjectOfAnotherGroupIsNotJudged(t *testing.T) {
	if judged, problems := testBundle(t).check(map[string]any{"apiVersion": "v1", "kind": "Namespace"}); judged || problems != nil {
		t.Errorf("judged %t, problems %q", judged, problems)
	}
}

func problemsOf(t *testing.T, text string) []string {
	t.Helper()
	documents, err := document.Read(write(t, "a.yaml", text))
	if err != nil {
		t.Fatal(err)
	}
	object, err := objectOf(documents[0])
	if err != nil {
		t.Fatal(err)
	}
	judged, problems := testBundle(t).check(object)
	if !judged {
		t.Fatal("not judged")
	}
	return problems
}

func testBundle(t *testing.T) *bundle {
	t.Helper()
	read, err := readBundle("testdata/bundle.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return read
}
