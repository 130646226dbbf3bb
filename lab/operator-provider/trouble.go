package operator

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"secretbridge.lab/served"
)

// inTrouble has what goes wrong: nothing of it may look like a secret that is not there, since the operator then removes what
// the cluster has.
func inTrouble(t *testing.T, operator Operator) {
	s, backend := inFiles(t, operator)
	elsewhere := s.client(t, s.store().with("path", "elsewhere"))
	answer := func(status int, body string) served.Answer { return served.Answer{Status: status, Body: body} }

	t.Run("a secret that the store of the bridge does not have is the exception", func(t *testing.T) {
		backend.Will(answer(http.StatusNotFound, `{"errors":[]}`))
		_, err := elsewhere.Secret(Ref{Key: "app/db"})
		s.noSecret(t, err)
	})

	for _, row := range []struct {
		name   string
		answer served.Answer
		code   string
	}{
		{"is sealed", answer(http.StatusServiceUnavailable, `{"errors":["Vault is sealed"]}`), "Code: 503"},
		{"fails", answer(http.StatusInternalServerError, `{"errors":["internal error"]}`), "Code: 503"},
		{"refuses the bridge", answer(http.StatusForbidden, `{"errors":["permission denied"]}`), "Code: 403"},
		{"is no such server", answer(http.StatusNotFound, `<html>no such page</html>`), "Code: 503"},
		{"has no such mount", answer(http.StatusNotFound, `{"errors":["no handler for route \"kv/data/app\". route entry not found."]}`), "Code: "},
		{"answers with a page", answer(http.StatusOK, `<html>log in</html>`), "Code: 503"},
		{"answers with nothing", answer(http.StatusOK, ``), "Code: "},
		{"answers with another shape", answer(http.StatusOK, `{"data":{"v":"1"}}`), "Code: "},
		{"asks for patience", answer(http.StatusTooManyRequests, `{"errors":["slow down"]}`), "Code: 429"},
	} {
		t.Run("the store "+row.name, func(t *testing.T) {
			backend.Will(row.answer)
			s.nothingIsSaidOf(t, elsewhere, "app/db", row.code)
		})
	}

	t.Run("the server of the store is gone", func(t *testing.T) {
		backend.Gone()
		s.nothingIsSaidOf(t, elsewhere, "app/other", "Code: ")
	})

	t.Run("the folder of the store", func(t *testing.T) {
		broken := s.client(t, s.store().with("path", "broken"))
		folder := filepath.Join(s.bridge.Folder, "broken")
		_, err := broken.Secret(Ref{Key: "app/never"})
		s.noSecret(t, err)
		done(t, os.WriteFile(filepath.Join(folder, "app/damaged.yaml"), []byte("v: [\n"), 0o600))
		t.Run("has a file that is damaged", func(t *testing.T) { s.fails(t, second(broken.Secret(Ref{Key: "app/damaged"})), "Code: 502") })
		done(t, os.Rename(folder, folder+".away"))
		t.Run("is gone", func(t *testing.T) { s.nothingIsSaidOf(t, broken, "app/one", "Code: 503") })
		done(t, os.WriteFile(folder, nil, 0o600))
		t.Run("is a file now", func(t *testing.T) { s.nothingIsSaidOf(t, broken, "app/two", "Code: ") })
		done(t, os.Remove(folder))
		done(t, os.Mkdir(folder, 0o700))
		done(t, os.Rename(folder+".away/app", folder+"/app"))
		t.Run("is back", func(t *testing.T) { reads(t, broken, Ref{Key: "app/db", Property: "v"}, "1") })
	})

	for _, row := range []struct {
		name, code string
		store      Store
	}{
		{"a mount that is not there", "Code: 403", s.store().with("path", "nothing")},
		{"a mount that is the API's own", "Code: 403", s.store().with("path", "sys")},
		{"a mount that is for logging in", "Code: ", s.store().with("path", "auth")},
		{"the engine's version is another", "Code: 400", s.store().with("version", "v1")},
		{"no API is at this URL", "Code: ", s.store().with("server", s.bridge.Address+"/elsewhere")},
		{"a namespace", "Code: 400", s.store().with("namespace", "team")},
		{"a token that nobody knows", "Code: 403", s.store().withToken("not-a-token-of-this-bridge")},
		{"a token without the right", "Code: 403", s.store().withToken(s.bridge.Issue(t, "default"))},
	} {
		t.Run(row.name, func(t *testing.T) { s.nothingIsSaidOf(t, s.client(t, row.store), "other/db", row.code) })
	}
}

// nothingIsSaidOf asks for a secret in every way.
func (s *suite) nothingIsSaidOf(t *testing.T, client Client, key, code string) {
	t.Helper()
	for name, err := range map[string]error{
		"get":      second(client.Secret(Ref{Key: key})),
		"property": second(client.Secret(Ref{Key: key, Property: "v"})),
		"version":  second(client.Secret(Ref{Key: key, Version: "1"})),
		"extract":  second(client.SecretMap(Ref{Key: key})),
		"find":     second(client.AllSecrets(Find{Name: ".*", Path: "app"})),
		"exists":   second(client.Exists(Push{Key: key})),
		"push":     client.Push(map[string]string{"v": "1"}, Push{Key: key}),
		"delete":   client.Delete(Push{Key: key}),
	} {
		t.Run(name, func(t *testing.T) { s.fails(t, err, code) })
	}
}

func second[T any](_ T, err error) error { return err }

// rights has a token that may read and list below `app`, and one that may do nothing.
func (s *suite) rights(t *testing.T) {
	for key, tags := range map[string]object{"app/allowed": {"kind": "ours"}, "other/forbidden": {"kind": "ours"}} {
		s.put(t, key, object{"v": "1"})
		s.note(t, key, tags)
	}
	reader := s.client(t, s.store().withToken(s.bridge.Issue(t, "reader")))

	t.Run("reads and finds what it may", func(t *testing.T) {
		reads(t, reader, Ref{Key: "app/allowed", Property: "v"}, "1")
		_, err := reader.Secret(Ref{Key: "app/nothing"})
		s.noSecret(t, err)
		got, err := reader.AllSecrets(Find{Path: "app", Tags: map[string]string{"kind": "ours"}})
		done(t, err)
		equal(t, texts(got), map[string]string{"app/allowed": `{"v":"1"}`})
	})

	t.Run("is refused what it may not, be it there or not", func(t *testing.T) {
		for _, key := range []string{"other/forbidden", "other/nothing", "BRIDGE_TOKEN", "secretbridge-system/signing-key"} {
			s.fails(t, second(reader.Secret(Ref{Key: key})), "Code: 403")
		}
		s.fails(t, second(reader.AllSecrets(Find{Name: ".*"})), "Code: 403")
		s.fails(t, reader.Push(map[string]string{"v": "2"}, Push{Key: "app/new"}), "Code: 403")
		reads(t, s.client(t, s.store()), Ref{Key: "other/forbidden", Property: "v"}, "1")
	})

	t.Run("validates all the same", func(t *testing.T) {
		result, err := reader.Validate()
		done(t, err)
		equal(t, result, "Ready")
	})
}
