package operator

import (
	"testing"

	"secretbridge.lab/served"
)

const tlsSettings = `instance: lab
store: { provider: file, path: store }
bridge:
  token: { source: BRIDGE_TOKEN }
  tls: { cert: tls/tls.crt, key: tls/tls.key }
`

const mutualSettings = `instance: lab
store: { provider: file, path: store }
bridge:
  token: { source: BRIDGE_TOKEN }
  tls: { cert: tls/tls.crt, key: tls/tls.key, client_ca: tls/ca.crt }
`

func behindTLS(t *testing.T, operator Operator) {
	authority, other := served.NewAuthority(t), served.NewAuthority(t)
	start := func(settings string) *suite {
		bridge := served.Start(t, map[string]string{"secretbridge.yaml": settings}, authority)
		s := &suite{operator: operator, bridge: bridge}
		s.put(t, "app/db", object{"v": "1"})
		return s
	}
	asks := func(t *testing.T, s *suite, store Store) error {
		t.Helper()
		client, err := s.operator.New(t, store)
		if err != nil {
			return err
		}
		got, err := client.Secret(Ref{Key: "app/db", Property: "v"})
		if err == nil {
			equal(t, string(got), "1")
		}
		return err
	}

	plain := start(tlsSettings)
	t.Run("with its authority in the store", func(t *testing.T) {
		done(t, asks(t, plain, plain.store().with("caBundle", authority.Certificate)))
	})
	t.Run("with its authority in a Secret", func(t *testing.T) {
		store := plain.store().with("caProvider", object{"type": "Secret", "name": "ca", "key": "ca.crt"})
		store.Secrets["ca"] = map[string][]byte{"ca.crt": authority.Certificate}
		done(t, asks(t, plain, store))
	})
	t.Run("with no authority", func(t *testing.T) {
		plain.fails(t, asks(t, plain, plain.store()), "x509")
	})
	t.Run("with another authority", func(t *testing.T) {
		plain.fails(t, asks(t, plain, plain.store().with("caBundle", other.Certificate)), "x509")
	})

	mutual := start(mutualSettings)
	for name, row := range map[string]struct {
		by        *served.Authority
		isRefused bool
	}{
		"with a client certificate":                      {authority, false},
		"with a client certificate that nobody believes": {other, true},
		"without a client certificate":                   {nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			store := mutual.store().with("caBundle", authority.Certificate)
			if row.by != nil {
				pair := row.by.Client(t, "operator")
				store.Secrets["client"] = map[string][]byte{"tls.crt": pair.Certificate, "tls.key": pair.Key}
				store = store.with("tls", object{"certSecretRef": object{"name": "client"}, "keySecretRef": object{"name": "client"}})
			}
			if err := asks(t, mutual, store); row.isRefused {
				// By an alert of TLS, or an end of the connection that comes before it.
				mutual.fails(t, err)
			} else {
				done(t, err)
			}
		})
	}
}
