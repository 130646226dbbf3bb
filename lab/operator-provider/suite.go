package operator

import (
	_ "embed"
	"reflect"
	"strings"
	"testing"

	"secretbridge.lab/served"
)

//go:embed testdata/secretbridge.yaml
var settings string

// suite is a bridge that one version of the operator asks.
type suite struct {
	operator Operator
	bridge   *served.Bridge
	// keepsVersions is whether older versions can be read.
	keepsVersions bool
}

type object = map[string]any

// inFiles is a bridge over a folder, and at `elsewhere` over a server that a test plays.
func inFiles(t *testing.T, operator Operator) (*suite, *served.Backend) {
	t.Helper()
	backend := served.NewBackend(t)
	files := map[string]string{
		"secretbridge.yaml":    strings.ReplaceAll(settings, "ADDRESS", backend.Address),
		"elsewhere-token":      "the-token-of-the-bridge",
		"broken/app/db.yaml":   "v: \"1\"\n",
		"store/app/typed.yaml": "port: 5432\non: true\nratio: 1.50\nhosts: [a, b]\ntext: \"5432\"\n",
		"store/app/plain":      "in one file",
		"store/app/bytes":      "\xff\xfe\x00\x01",
	}
	return &suite{operator: operator, bridge: served.Start(t, files, nil)}, backend
}

// store is one on `secret` with the first token.
func (s *suite) store() Store {
	return Store{
		Namespace: Namespace,
		Vault: object{
			"server":  s.bridge.Address,
			"path":    "secret",
			"version": "v2",
			"auth":    object{"tokenSecretRef": object{"name": "bridge", "key": "token"}},
		},
		Secrets: map[string]map[string][]byte{"bridge": {"token": []byte(s.bridge.Token)}},
	}
}

// with is the store with a setting of its provider changed; nil leaves it out.
func (s Store) with(name string, value any) Store {
	vault := object{}
	for key, old := range s.Vault {
		vault[key] = old
	}
	if value == nil {
		delete(vault, name)
	} else {
		vault[name] = value
	}
	s.Vault = vault
	return s
}

// withToken is the store with another token.
func (s Store) withToken(token string) Store {
	s.Secrets = map[string]map[string][]byte{"bridge": {"token": []byte(token)}}
	return s
}

// client is the operator's client of a store, which has to be fine.
func (s *suite) client(t *testing.T, store Store) Client {
	t.Helper()
	client, err := s.operator.New(t, store)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return client
}

// put writes a secret beside the operator.
func (s *suite) put(t *testing.T, key string, data object) {
	t.Helper()
	s.bridge.Put(t, "secret/data/"+key, object{"data": data})
}

// note replaces the notes of a secret, which the operator calls tags.
func (s *suite) note(t *testing.T, key string, notes object) {
	t.Helper()
	s.bridge.Put(t, "secret/metadata/"+key, object{"custom_metadata": notes})
}

// data is what a secret holds now, and its version.
func (s *suite) data(t *testing.T, key string) (object, int) {
	t.Helper()
	_, answer := s.bridge.Ask(t, s.bridge.Token, "GET", "secret/data/"+key, nil)
	metadata, _ := answer["metadata"].(object)
	version, _ := metadata["version"].(float64)
	data, _ := answer["data"].(object)
	return data, int(version)
}

// reads insists on a value.
func reads(t *testing.T, client Client, ref Ref, want string) {
	t.Helper()
	got, err := client.Secret(ref)
	if err != nil {
		t.Fatalf("%+v: %v", ref, err)
	}
	equal(t, string(got), want)
}

// noSecret insists that the operator is told that there is no such secret.
func (s *suite) noSecret(t *testing.T, err error) {
	t.Helper()
	if !s.operator.IsNoSecret(err) {
		t.Fatalf("got %v, want that there is no such secret", err)
	}
}

// fails insists on an error with these words that does not make the operator remove anything.
func (s *suite) fails(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil || s.operator.IsNoSecret(err) {
		t.Fatalf("got %v, want another error", err)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Fatalf("got %v, want %q in it", err, word)
		}
	}
}

func done(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %#v, want %#v", got, want)
	}
}

// texts makes values comparable, and readable when they differ.
func texts(values map[string][]byte) map[string]string {
	texts := make(map[string]string, len(values))
	for key, value := range values {
		texts[key] = string(value)
	}
	return texts
}
