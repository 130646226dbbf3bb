package operator

import "testing"

func (s *suite) validate(t *testing.T) {
	says := func(t *testing.T, store Store) (string, error) {
		t.Helper()
		client, err := s.operator.New(t, store)
		if err != nil {
			return "", err
		}
		return client.Validate()
	}

	t.Run("a good token", func(t *testing.T) {
		result, err := says(t, s.store())
		done(t, err)
		equal(t, result, "Ready")
	})

	t.Run("an issued token", func(t *testing.T) {
		result, err := says(t, s.store().withToken(s.bridge.Issue(t, "default")))
		done(t, err)
		equal(t, result, "Ready")
	})

	t.Run("a bad token", func(t *testing.T) {
		result, err := says(t, s.store().withToken("not-a-token-of-this-bridge"))
		s.fails(t, err, "invalid vault credentials", "Code: 403")
		equal(t, result, "Error")
	})

	t.Run("a token that was revoked", func(t *testing.T) {
		token := s.bridge.Issue(t, "default")
		s.bridge.Put(t, "auth/token/revoke", object{"token": token})
		_, err := says(t, s.store().withToken(token))
		s.fails(t, err, "Code: 403")
		_, err = s.client(t, s.store().withToken(token)).Secret(Ref{Key: "app/db"})
		s.fails(t, err, "Code: 403")
	})

	t.Run("a token with a line end", func(t *testing.T) {
		// The client refuses to send it, before the bridge could.
		result, err := says(t, s.store().withToken(s.bridge.Token+"\n"))
		s.fails(t, err, "non-printable characters")
		equal(t, result, "Error")
	})

	t.Run("a Secret that is not there", func(t *testing.T) {
		store := s.store()
		store.Secrets = nil
		_, err := says(t, store)
		s.fails(t, err)
	})

	t.Run("a cluster store", func(t *testing.T) {
		store := clusterWide(s.store())
		store.Namespace = ""
		result, err := says(t, store)
		done(t, err)
		equal(t, result, "Ready")
	})

	t.Run("a cluster store with a token for each namespace is not known before", func(t *testing.T) {
		store := s.store()
		store.Kind, store.Namespace = "ClusterSecretStore", ""
		result, err := says(t, store)
		done(t, err)
		equal(t, result, "Unknown")
	})

	t.Run("nobody listens", func(t *testing.T) {
		result, err := says(t, s.store().with("server", "http://127.0.0.1:1"))
		s.fails(t, err, "connection refused")
		equal(t, result, "Error")
	})
}
