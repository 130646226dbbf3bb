package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAnAnswerThatTheTableDoesNotExpectIsNoticed(t *testing.T) {
	for _, test := range []struct {
		cell     string
		problems []string
		right    bool
	}{
		{"schema: spec.age: Required", []string{"spec.age: Required value"}, true},
		{"schema: spec.age: Required", []string{"spec.name: Required value"}, false},
		{"schema: spec.age: Required", nil, false},
		{"webhook: refused", nil, true},
		{"webhook: refused", []string{"spec.age: Required value"}, false},
		{"accepted", []string{"spec.age: Required value"}, false},
	} {
		if complaint := compare(test.cell, test.problems); (complaint == "") != test.right {
			t.Errorf("%q with %q: %q", test.cell, test.problems, complaint)
		}
	}
}

func TestADefaultIsNoReasonToRefuse(t *testing.T) {
	problems, err := testBundle(t).problems(write(t, "a.yaml", "kind: Sailor\nmetadata: { name: a, namespace: harbour }\nspec: { rank: cook, ship: {} }\n"))
	if err != nil || len(problems) != 0 {
		t.Errorf("problems %q, error %v", problems, err)
	}
}

func TestATableHasARowForEachFile(t *testing.T) {
	table := write(t, "table.tsv", "")
	file := filepath.Join(filepath.Dir(table), "a.yaml")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		cells map[string]string
		want  string
	}{
		"a row is missing":         {map[string]string{}, `says "" about a.yaml`},
		"a file is missing":        {map[string]string{"a.yaml": "accepted", "b.yaml": "accepted"}, "2 rows for 1 files"},
		"a word that is not known": {map[string]string{"a.yaml": "refused"}, `says "refused" about a.yaml`},
		"":                         {map[string]string{"a.yaml": "controller: no"}, ""},
	} {
		err := complete(table, test.cells)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
