package webhooks

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// operator refuses an ExternalSecret without data, and warns about each.
var operator = Operator{Chart: "1.0.0", Webhooks: map[string]Webhook{"ExternalSecret": func(object []byte) ([]string, error) {
	var secret struct{ Spec struct{ Data []any } }
	if err := json.Unmarshal(object, &secret); err != nil {
		return nil, err
	}
	if len(secret.Spec.Data) == 0 {
		return []string{"old"}, errors.Join(errors.New("no data"), errors.New("none at all"))
	}
	return []string{"old"}, nil
}}}

const head = "apiVersion: external-secrets.io/v1\nmetadata: { name: a, namespace: acme }\n"

func TestEachResourceIsAskedAbout(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"accepted":     {"kind: ExternalSecret\nspec: { data: [1] }\n", "1 resources, 0 refused; not asked about: none"},
		"refused":      {"kind: ExternalSecret\nspec: {}\n", "ExternalSecret acme/a: no data; none at all\n"},
		"warned about": {"kind: ExternalSecret\nspec: { data: [1] }\n", "acme/a: warning: old\n"},
		"in a cluster": {"kind: ClusterExternalSecret\nspec: { externalSecretSpec: {} }\n", "ClusterExternalSecret acme/a: no data"},
		"no webhook":   {"kind: ExternalSecret\nspec: { data: [1] }\n---\n" + head + "kind: PushSecret\n", "not asked about: 1 PushSecret"},
	} {
		file := write(t, "a.yaml", head+test.text)
		var out bytes.Buffer
		err := operator.run([]string{"accepted", file}, &out)
		if !strings.Contains(out.String(), test.want) {
			t.Errorf("%s: %s", name, &out)
		}
		if refused := strings.Contains(test.want, "no data"); errors.Is(err, errFound) != refused {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestNothingToAskAboutIsAnError(t *testing.T) {
	err := operator.run([]string{"accepted", write(t, "a.yaml", "kind: Namespace\n")}, new(bytes.Buffer))
	if err == nil || errors.Is(err, errFound) || !strings.Contains(err.Error(), "nothing to ask about") {
		t.Errorf("error %v", err)
	}
}

func TestAnAnswerThatTheTableDoesNotExpectIsNoticed(t *testing.T) {
	for cell, right := range map[string]bool{
		"webhook: no data": true, "webhook: no spec": false, "schema: no data": true, "accepted": false, "controller: no data": false,
	} {
		table := write(t, "table.tsv", "file\t1.0.0\nbad.yaml\t"+cell+"\n")
		bad := filepath.Join(filepath.Dir(table), "bad.yaml")
		if err := os.WriteFile(bad, []byte("kind: ExternalSecret\nspec: {}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := operator.run([]string{"refused", table}, &out); (err == nil) != right {
			t.Errorf("%s: error %v, %s", cell, err, &out)
		}
	}
	if compare("webhook: no data", nil) == "" || compare("accepted", nil) != "" {
		t.Error("what is accepted is not compared")
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
