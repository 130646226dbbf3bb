// Package provider asks a bridge through the provider `vault` of the operator 0.10.4.
package provider

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/external-secrets/external-secrets/apis/externalsecrets/v1alpha1"
	eso "github.com/external-secrets/external-secrets/apis/externalsecrets/v1beta1"
	"github.com/external-secrets/external-secrets/pkg/provider/vault"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	operator "secretbridge.lab/operator-provider"
)

// What the provider wants to see of a cluster, and does not ask.
const kubeconfig = `{apiVersion: v1, kind: Config, current-context: lab, clusters: [{name: lab, cluster: {server: "http://127.0.0.1:1"}}],
contexts: [{name: lab, context: {cluster: lab, user: lab}}], users: [{name: lab, user: {}}]}`

func TestProvider(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(file, []byte(kubeconfig), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECONFIG", file)
	operator.Run(t, operator.Operator{
		Version:    "0.10.4",
		New:        newClient,
		IsNoSecret: func(err error) bool { return err == error(eso.NoSecretErr) },
	})
}

// asked is a client of the provider's.
type asked struct{ client eso.SecretsClient }

func newClient(t testing.TB, store operator.Store) (operator.Client, error) {
	provider := &vault.Provider{NewVaultClient: vault.NewVaultClient}
	made, err := provider.NewClient(context.Background(), object(t, store), cluster(t, store), store.Namespace)
	if err != nil {
		return nil, err
	}
	return asked{made}, nil
}

// object is the store as the API server has it.
func object(t testing.TB, store operator.Store) eso.GenericStore {
	text, err := json.Marshal(map[string]any{
		"provider":      map[string]any{"vault": store.Vault},
		"retrySettings": map[string]any{"maxRetries": store.Retries},
	})
	if err != nil {
		t.Fatal(err)
	}
	var spec eso.SecretStoreSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		t.Fatal(err)
	}
	name := meta.ObjectMeta{Name: "bridge"}
	if store.Kind == eso.ClusterSecretStoreKind {
		return &eso.ClusterSecretStore{TypeMeta: meta.TypeMeta{Kind: store.Kind}, ObjectMeta: name, Spec: spec}
	}
	name.Namespace = operator.Namespace
	return &eso.SecretStore{TypeMeta: meta.TypeMeta{Kind: eso.SecretStoreKind}, ObjectMeta: name, Spec: spec}
}

func cluster(t testing.TB, store operator.Store) client.Client {
	scheme := runtime.NewScheme()
	if err := core.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	builder := fake.NewClientBuilder().WithScheme(scheme)
	for name, data := range store.Secrets {
		builder.WithObjects(&core.Secret{ObjectMeta: meta.ObjectMeta{Name: name, Namespace: operator.Namespace}, Data: data})
	}
	return builder.Build()
}

func (a asked) Secret(ref operator.Ref) ([]byte, error) {
	return a.client.GetSecret(context.Background(), remote(ref))
}

func (a asked) SecretMap(ref operator.Ref) (map[string][]byte, error) {
	return a.client.GetSecretMap(context.Background(), remote(ref))
}

func (a asked) AllSecrets(find operator.Find) (map[string][]byte, error) {
	wanted := eso.ExternalSecretFind{Tags: find.Tags}
	if find.Name != "" {
		wanted.Name = &eso.FindName{RegExp: find.Name}
	}
	if find.Path != "" {
		wanted.Path = &find.Path
	}
	return a.client.GetAllSecrets(context.Background(), wanted)
}

func (a asked) Push(values map[string]string, to operator.Push) error {
	secret := &core.Secret{Data: map[string][]byte{}}
	for key, value := range values {
		secret.Data[key] = []byte(value)
	}
	return a.client.PushSecret(context.Background(), secret, pushed(to))
}

func (a asked) Exists(push operator.Push) (bool, error) {
	return a.client.SecretExists(context.Background(), pushed(push))
}

func (a asked) Delete(push operator.Push) error {
	return a.client.DeleteSecret(context.Background(), pushed(push))
}

func (a asked) Validate() (string, error) {
	result, err := a.client.Validate()
	return result.String(), err
}

func (a asked) Close() error { return a.client.Close(context.Background()) }

func remote(ref operator.Ref) eso.ExternalSecretDataRemoteRef {
	remote := eso.ExternalSecretDataRemoteRef{Key: ref.Key, Property: ref.Property, Version: ref.Version}
	if ref.Metadata {
		remote.MetadataPolicy = eso.ExternalSecretMetadataPolicyFetch
	}
	return remote
}

func pushed(push operator.Push) v1alpha1.PushSecretData {
	return v1alpha1.PushSecretData{Match: v1alpha1.PushSecretMatch{
		SecretKey: push.SecretKey,
		RemoteRef: v1alpha1.PushSecretRemoteRef{RemoteKey: push.Key, Property: push.Property},
	}}
}
