package document

import (
	"strings"
	"testing"
)

func TestAColumnIsReadByItsName(t *testing.T) {
	cells, err := ReadColumn(write(t, "t.tsv", "file\tone\ttwo\na\t1\t2\nb\t3\t4\n"), "two")
	if err != nil || len(cells) != 2 || cells["a"] != "2" || cells["b"] != "4" {
		t.Errorf("cells %v, error %v", cells, err)
	}
}

func TestATableThatIsNotWholeIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"file\tone\na\t1\n":       "no column two",
		"file\ttwo\na\n":          "has 1 columns, expected 2",
		"file\ttwo\na\t1\na\t2\n": "a is there twice",
	} {
		if cells, err := ReadColumn(write(t, "t.tsv", text), "two"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: cells %v, error %v", text, cells, err)
		}
	}
}

func TestATallyIsSorted(t *testing.T) {
	if text := Tally(map[string]int{"Secret": 9, "Namespace": 1}); text != "1 Namespace, 9 Secret" {
		t.Error(text)
	}
	if text := Tally(nil); text != "none" {
		t.Error(text)
	}
}
