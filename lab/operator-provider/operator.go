// Package operator asks a bridge through the External Secrets Operator's own provider `vault`. The versions of the operator
// share a module path, so each is a module of its own, and says here what it is; the tests are the same.
package operator

import (
	"testing"

	"secretbridge.lab/served"
)

// Operator is a version of it.
type Operator struct {
	// Version is its own, and the chart's.
	Version string
	// New makes a client of a store, as the controller does for each object that it works on.
	New func(t testing.TB, store Store) (Client, error)
	// IsNoSecret is whether this error says that there is no such secret: with it, and with no other, the operator removes
	// what the cluster has.
	IsNoSecret func(error) bool
	// AnEmptyFolderIsNoSecret is since 0.16: what a search in a folder with nothing in it ends with.
	AnEmptyFolderIsNoSecret bool
	// ChecksAndSets is since 0.20: whether a store may say `checkAndSet`.
	ChecksAndSets bool
}

// Client is what a provider makes of a store.
type Client interface {
	Secret(Ref) ([]byte, error)
	SecretMap(Ref) (map[string][]byte, error)
	AllSecrets(Find) (map[string][]byte, error)
	Push(values map[string]string, to Push) error
	Exists(Push) (bool, error)
	Delete(Push) error
	// Validate is `Ready`, `Error` or `Unknown`.
	Validate() (string, error)
	Close() error
}

// Store is a SecretStore or a ClusterSecretStore.
type Store struct {
	// Kind is `SecretStore` unless set.
	Kind string
	// Vault is its `spec.provider.vault`.
	Vault map[string]any
	// Secrets are what the namespace has, by name and key.
	Secrets map[string]map[string][]byte
	// Retries are how often it asks again.
	Retries int32
	// Namespace is where the object is that uses the store: none while the store itself is validated.
	Namespace string
}

// Ref is a `remoteRef`.
type Ref struct {
	Key, Property, Version string
	// Metadata is `metadataPolicy: Fetch`.
	Metadata bool
}

// Find is a `dataFrom[].find`.
type Find struct {
	Name, Path string
	Tags       map[string]string
}

// Push is an entry of a PushSecret's `data`. Without a SecretKey, it is the whole Secret.
type Push struct{ Key, Property, SecretKey string }

// Namespace is where everything is.
const Namespace = "shop"

// Run asks bridges of each kind all there is to ask.
func Run(t *testing.T, operator Operator) {
	t.Run("in memory", func(t *testing.T) {
		s := &suite{operator: operator, bridge: served.Dev(t), keepsVersions: true}
		s.everywhere(t)
	})
	t.Run("in files", func(t *testing.T) {
		s, _ := inFiles(t, operator)
		s.everywhere(t)
		t.Run("version 1", s.versionOne)
		t.Run("rights", s.rights)
	})
	t.Run("behind TLS", func(t *testing.T) { behindTLS(t, operator) })
	t.Run("in trouble", func(t *testing.T) { inTrouble(t, operator) })
	t.Run("log in by", func(t *testing.T) { logIns(t, operator) })
}

func (s *suite) everywhere(t *testing.T) {
	t.Run("read", s.read)
	t.Run("paths", s.paths)
	t.Run("find", s.find)
	t.Run("push", s.push)
	t.Run("validate", s.validate)
}
