package document

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAKeyThatIsWrittenTwiceIsRefused(t *testing.T) {
	if _, err := Read(write(t, "a.yaml", "kind: A\nkind: B\n")); err == nil || !strings.Contains(err.Error(), "a.yaml, document 1") {
		t.Errorf("error %v", err)
	}
}

func TestEveryDocumentOfEveryFileIsRead(t *testing.T) {
	file := write(t, "a.yaml", "# a comment alone\n---\nkind: A\nmetadata: { name: a, namespace: north }\n--- # next\nlist: |\n  a\n   ---\n---\n")
	documents, err := Read(filepath.Dir(file))
	if err != nil || len(documents) != 2 {
		t.Fatalf("documents %v, error %v", documents, err)
	}
	if name := documents[0].String(); name != file+": A north/a" {
		t.Errorf("the first is %s", name)
	}
	if kind := documents[1].KindOrFile(); kind != "a.yaml" {
		t.Errorf("the second is %s", kind)
	}
}

func TestWhatIsNoObjectIsRefused(t *testing.T) {
	for _, text := range []string{"- a\n", "a\n", "kind: 1\n", "null\n", "{\n"} {
		if documents, err := Read(write(t, "a.yaml", text)); err == nil {
			t.Errorf("%q is read as %v", text, documents)
		}
	}
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
