package operator

import (
	"net/http"
	"testing"
)

func (s *suite) read(t *testing.T) {
	client := s.client(t, s.store())
	s.put(t, "app/db", object{
		"user": "ada", "password": "a<b>&\"c\"", "port": 5432, "on": true, "a.b": "dotted",
		"nested": object{"deep": object{"er": "found"}, "list": []any{"x", object{"y": "z"}}},
	})

	t.Run("a property", func(t *testing.T) {
		for property, want := range map[string]string{
			"user": "ada", "password": "a<b>&\"c\"", "port": "5432", "on": "true", "a.b": "dotted",
			"nested.deep.er": "found", "nested.list.0": "x", "nested.list.1.y": "z", "nested.deep": `{"er":"found"}`,
		} {
			t.Run(property, func(t *testing.T) { reads(t, client, Ref{Key: "app/db", Property: property}, want) })
		}
	})

	t.Run("all of it, as JSON", func(t *testing.T) {
		s.put(t, "app/whole", object{"b": "2", "a": "1", "n": 3})
		reads(t, client, Ref{Key: "app/whole"}, `{"a":"1","b":"2","n":3}`)
	})

	t.Run("extract", func(t *testing.T) {
		s.put(t, "app/extract", object{"text": "t", "number": 7, "list": []any{1, "b"}, "map": object{"in": "i"}, "empty": ""})
		got, err := client.SecretMap(Ref{Key: "app/extract"})
		done(t, err)
		want := map[string]string{"text": "t", "number": "7", "list": `[1,"b"]`, "map": `{"in":"i"}`, "empty": ""}
		equal(t, texts(got), want)
		got, err = client.SecretMap(Ref{Key: "app/extract", Property: "map"})
		done(t, err)
		equal(t, texts(got), map[string]string{"in": "i"})
	})

	t.Run("values in every script, and with what JSON escapes", func(t *testing.T) {
		for name, value := range map[string]string{
			"umlauts and keys": "Grüße, 世界 \U0001F511", "control": "a\nb\r\n\tc\x00\x1f\x7f\\\"'", "separators": "\u2028\u2029", "empty": "",
		} {
			t.Run(name, func(t *testing.T) {
				s.put(t, "app/text", object{"value": value, "beside": "x"})
				reads(t, client, Ref{Key: "app/text", Property: "value"}, value)
			})
		}
	})

	t.Run("a secret that is not there", func(t *testing.T) {
		_, err := client.Secret(Ref{Key: "app/nothing"})
		s.noSecret(t, err)
		_, err = client.Secret(Ref{Key: "app/nothing", Property: "user"})
		s.noSecret(t, err)
		_, err = client.SecretMap(Ref{Key: "app/nothing"})
		s.noSecret(t, err)
	})

	t.Run("a null, where the store can hold it", func(t *testing.T) {
		body := object{"data": object{"none": nil, "v": "1"}}
		if status, _ := s.bridge.Ask(t, s.bridge.Token, "PUT", "secret/data/app/null", body); !s.keepsVersions {
			equal(t, status, http.StatusBadRequest)
			return
		}
		reads(t, client, Ref{Key: "app/null", Property: "none"}, "")
		reads(t, client, Ref{Key: "app/null"}, `{"none":null,"v":"1"}`)
	})

	t.Run("a property that is not there", func(t *testing.T) {
		_, err := client.Secret(Ref{Key: "app/db", Property: "nobody"})
		s.fails(t, err, `cannot find secret data for key: "nobody"`)
	})

	t.Run("versions", func(t *testing.T) {
		for _, value := range []string{"one", "two"} {
			s.put(t, "app/versions", object{"v": value})
		}
		reads(t, client, Ref{Key: "app/versions", Property: "v"}, "two")
		reads(t, client, Ref{Key: "app/versions", Property: "v", Version: "2"}, "two")
		_, err := client.Secret(Ref{Key: "app/versions", Version: "9"})
		s.noSecret(t, err)
		_, err = client.Secret(Ref{Key: "app/versions", Version: "newest"})
		s.fails(t, err, "Code: 400")
		if s.keepsVersions {
			reads(t, client, Ref{Key: "app/versions", Property: "v", Version: "1"}, "one")
		} else {
			_, err = client.Secret(Ref{Key: "app/versions", Version: "1"})
			s.noSecret(t, err)
		}
	})

	t.Run("a version that was deleted, and one that was destroyed", func(t *testing.T) {
		s.put(t, "app/deleted", object{"v": "1"})
		s.bridge.Ask(t, s.bridge.Token, "DELETE", "secret/data/app/deleted", nil)
		_, err := client.Secret(Ref{Key: "app/deleted", Property: "v"})
		s.noSecret(t, err)
		s.put(t, "app/deleted", object{"v": "2"})
		reads(t, client, Ref{Key: "app/deleted", Property: "v"}, "2")
		s.bridge.Put(t, "secret/destroy/app/deleted", object{"versions": []int{2}})
		_, err = client.Secret(Ref{Key: "app/deleted", Property: "v"})
		s.noSecret(t, err)
	})

	t.Run("metadata", func(t *testing.T) {
		s.put(t, "app/noted", object{"v": "1"})
		s.note(t, "app/noted", object{"owner": "web", "stage": "live"})
		reads(t, client, Ref{Key: "app/noted", Property: "owner", Metadata: true}, "web")
		got, err := client.SecretMap(Ref{Key: "app/noted", Metadata: true})
		done(t, err)
		equal(t, texts(got), map[string]string{"owner": "web", "stage": "live"})
		_, err = client.Secret(Ref{Key: "app/noted", Property: "nobody", Metadata: true})
		s.fails(t, err, `cannot find secret data for key: "nobody"`)
		_, err = client.Secret(Ref{Key: "app/nothing", Property: "owner", Metadata: true})
		s.fails(t, err, "secret not found")
		s.put(t, "app/bare", object{"v": "1"})
		reads(t, client, Ref{Key: "app/bare", Metadata: true}, "")
	})
}

// paths has the ways in which a manifest may name a secret.
func (s *suite) paths(t *testing.T) {
	s.put(t, "app/named", object{"v": "1"})
	pathless := s.store().with("path", nil)
	for name, row := range map[string]struct {
		store Store
		key   string
	}{
		"below the path":                   {s.store(), "app/named"},
		"the mount in front":               {s.store(), "secret/app/named"},
		"the mount and data in front":      {s.store(), "secret/data/app/named"},
		"no path, the mount in front":      {pathless, "secret/app/named"},
		"no path, as the API has it":       {pathless, "secret/data/app/named"},
		"of a cluster store":               {clusterWide(s.store()), "app/named"},
		"a store that asks for old writes": {s.store().with("readYourWrites", true).with("forwardInconsistent", true), "app/named"},
	} {
		t.Run(name, func(t *testing.T) {
			client := s.client(t, row.store)
			reads(t, client, Ref{Key: row.key, Property: "v"}, "1")
			_, err := client.Secret(Ref{Key: row.key + "-nothing", Property: "v"})
			s.noSecret(t, err)
		})
	}

	t.Run("with blanks and signs", func(t *testing.T) {
		client := s.client(t, s.store())
		done(t, client.Push(map[string]string{"v": "odd"}, Push{Key: "app/a b+ü@c:d"}))
		reads(t, client, Ref{Key: "app/a b+ü@c:d", Property: "v"}, "odd")
	})
}

// clusterWide is the same as a ClusterSecretStore, which says in which namespace its own Secret is.
func clusterWide(store Store) Store {
	store.Kind = "ClusterSecretStore"
	return store.with("auth", object{"tokenSecretRef": object{"name": "bridge", "key": "token", "namespace": Namespace}})
}

// versionOne has a store that speaks version 1 of the engine, and secrets that were put into files.
func (s *suite) versionOne(t *testing.T) {
	client := s.client(t, s.store().with("path", "legacy").with("version", "v1"))
	s.bridge.Put(t, "legacy/app/db", object{"user": "ada", "nested": object{"deep": "found"}})

	t.Run("read and extract", func(t *testing.T) {
		reads(t, client, Ref{Key: "app/db", Property: "user"}, "ada")
		reads(t, client, Ref{Key: "legacy/app/db", Property: "nested.deep"}, "found")
		got, err := client.SecretMap(Ref{Key: "app/db"})
		done(t, err)
		equal(t, texts(got), map[string]string{"user": "ada", "nested": `{"deep":"found"}`})
	})

	t.Run("without a path", func(t *testing.T) {
		pathless := s.client(t, s.store().with("path", nil).with("version", "v1"))
		reads(t, pathless, Ref{Key: "legacy/app/db", Property: "user"}, "ada")
	})

	t.Run("a secret that is not there", func(t *testing.T) {
		_, err := client.Secret(Ref{Key: "app/nothing", Property: "user"})
		s.noSecret(t, err)
	})

	t.Run("metadata and tags are not for it", func(t *testing.T) {
		_, err := client.Secret(Ref{Key: "app/db", Metadata: true})
		s.fails(t, err, "cannot perform metadata fetch operations with kv version v1")
		_, err = client.AllSecrets(Find{Tags: map[string]string{"a": "b"}})
		s.fails(t, err, "cannot perform find by tag operations with kv version v1")
	})

	t.Run("find by name", func(t *testing.T) {
		got, err := client.AllSecrets(Find{Name: "db$"})
		done(t, err)
		equal(t, texts(got), map[string]string{"app/db": `{"nested":{"deep":"found"},"user":"ada"}`})
	})

	t.Run("push, and delete what was pushed", func(t *testing.T) {
		pushed := Push{Key: "pushed", Property: "p", SecretKey: "k"}
		done(t, client.Push(map[string]string{"k": "one"}, pushed))
		reads(t, client, Ref{Key: "pushed", Property: "p"}, "one")
		reads(t, client, Ref{Key: "pushed", Property: "custom_metadata.managed-by"}, "external-secrets")
		done(t, client.Push(map[string]string{"k": "two"}, pushed))
		reads(t, client, Ref{Key: "pushed", Property: "p"}, "two")
		s.fails(t, client.Push(map[string]string{"k": "x"}, Push{Key: "app/db", SecretKey: "k", Property: "user"}), "secret not managed by external-secrets")
		done(t, client.Delete(Push{Key: "pushed"}))
		_, err := client.Secret(Ref{Key: "pushed"})
		s.noSecret(t, err)
	})

	t.Run("what was put into files keeps its types", func(t *testing.T) {
		files := s.client(t, s.store())
		for property, want := range map[string]string{"port": "5432", "on": "true", "hosts": `["a","b"]`, "text": "5432"} {
			reads(t, files, Ref{Key: "app/typed", Property: property}, want)
		}
		reads(t, files, Ref{Key: "app/plain", Property: "value"}, "in one file")
	})

	t.Run("bytes that are no text are an error, not another value", func(t *testing.T) {
		_, err := s.client(t, s.store()).Secret(Ref{Key: "app/bytes", Property: "value"})
		s.fails(t, err)
	})
}
