package operator

import "testing"

func (s *suite) push(t *testing.T) {
	client := s.client(t, s.store())
	managed := object{"managed-by": "external-secrets"}
	notes := func(t *testing.T, key string) any {
		t.Helper()
		_, metadata := s.bridge.Ask(t, s.bridge.Token, "GET", "secret/metadata/"+key, nil)
		return metadata["custom_metadata"]
	}
	now := func(t *testing.T, key string, data object, version int) {
		t.Helper()
		got, number := s.data(t, key)
		equal(t, got, data)
		equal(t, number, version)
	}

	t.Run("a Secret that is new, the same, and changed", func(t *testing.T) {
		to := Push{Key: "push/whole"}
		done(t, client.Push(map[string]string{"user": "ada", "password": "one"}, to))
		now(t, to.Key, object{"user": "ada", "password": "one"}, 1)
		equal(t, notes(t, to.Key), managed)
		done(t, client.Push(map[string]string{"user": "ada", "password": "one"}, to))
		now(t, to.Key, object{"user": "ada", "password": "one"}, 1)
		done(t, client.Push(map[string]string{"user": "ada", "password": "two"}, to))
		now(t, to.Key, object{"user": "ada", "password": "two"}, 2)
		reads(t, client, Ref{Key: to.Key, Property: "password"}, "two")
	})

	t.Run("a key of a Secret that holds JSON", func(t *testing.T) {
		done(t, client.Push(map[string]string{"json": `{"a":"1","b":{"c":2}}`}, Push{Key: "push/json", SecretKey: "json"}))
		now(t, "push/json", object{"a": "1", "b": object{"c": 2.0}}, 1)
	})

	t.Run("a property beside others", func(t *testing.T) {
		one, two := Push{"push/property", "one", "k"}, Push{"push/property", "two", "k"}
		done(t, client.Push(map[string]string{"k": "1"}, one))
		done(t, client.Push(map[string]string{"k": "2"}, two))
		now(t, one.Key, object{"one": "1", "two": "2"}, 2)
		done(t, client.Push(map[string]string{"k": "2"}, two))
		now(t, one.Key, object{"one": "1", "two": "2"}, 2)
	})

	t.Run("over what is somebody else's", func(t *testing.T) {
		s.put(t, "push/foreign", object{"v": "theirs"})
		s.note(t, "push/foreign", object{"owner": "web"})
		for _, to := range []Push{{Key: "push/foreign"}, {"push/foreign", "v", "k"}} {
			s.fails(t, client.Push(map[string]string{"k": "ours"}, to), "secret not managed by external-secrets")
		}
		done(t, client.Delete(Push{Key: "push/foreign"}))
		now(t, "push/foreign", object{"v": "theirs"}, 1)
		equal(t, notes(t, "push/foreign"), object{"owner": "web"})
	})

	t.Run("is it there", func(t *testing.T) {
		s.put(t, "push/there", object{"v": "1"})
		for name, row := range map[string]struct {
			push Push
			want bool
		}{
			"all of it":              {Push{Key: "push/there"}, true},
			"a property":             {Push{Key: "push/there", Property: "v"}, true},
			"a property that is not": {Push{Key: "push/there", Property: "w"}, false},
			"nothing":                {Push{Key: "push/nothing"}, false},
		} {
			t.Run(name, func(t *testing.T) {
				got, err := client.Exists(row.push)
				done(t, err)
				equal(t, got, row.want)
			})
		}
	})

	t.Run("delete a property, and then the last one", func(t *testing.T) {
		one, two := Push{"push/less", "one", "k"}, Push{"push/less", "two", "k"}
		done(t, client.Push(map[string]string{"k": "1"}, one))
		done(t, client.Push(map[string]string{"k": "2"}, two))
		done(t, client.Delete(one))
		now(t, one.Key, object{"two": "2"}, 3)
		done(t, client.Delete(two))
		s.isGone(t, client, one.Key)
	})

	t.Run("delete all of it, twice, and push it anew", func(t *testing.T) {
		to := Push{Key: "push/gone"}
		done(t, client.Push(map[string]string{"v": "1"}, to))
		done(t, client.Delete(to))
		s.isGone(t, client, to.Key)
		done(t, client.Delete(to))
		done(t, client.Push(map[string]string{"v": "2"}, to))
		now(t, to.Key, object{"v": "2"}, 1)
	})

	if s.operator.ChecksAndSets {
		t.Run("with check-and-set required", func(t *testing.T) {
			strict := s.client(t, s.store().with("checkAndSet", object{"required": true}))
			for version, value := range []string{"one", "two", "three"} {
				done(t, strict.Push(map[string]string{"v": value}, Push{Key: "push/strict"}))
				if version == 0 {
					s.bridge.Put(t, "secret/metadata/push/strict", object{"cas_required": true, "custom_metadata": managed})
				}
				now(t, "push/strict", object{"v": value}, version+1)
			}
			s.fails(t, client.Push(map[string]string{"v": "four"}, Push{Key: "push/strict"}), "check-and-set parameter required")
			now(t, "push/strict", object{"v": "three"}, 3)
		})
	}
}

// isGone is that neither the secret nor a word about it is left.
func (s *suite) isGone(t *testing.T, client Client, key string) {
	t.Helper()
	_, err := client.Secret(Ref{Key: key})
	s.noSecret(t, err)
	if status, _ := s.bridge.Ask(t, s.bridge.Token, "GET", "secret/metadata/"+key, nil); status != 404 {
		t.Fatalf("the metadata of %s: %d", key, status)
	}
}
