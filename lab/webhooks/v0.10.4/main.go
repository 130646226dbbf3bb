// Command v0.10.4 asks the validating webhooks of the External Secrets Operator 0.10.4 about YAML files.
package main

import (
	"context"
	"encoding/json"

	eso "github.com/external-secrets/external-secrets/apis/externalsecrets/v1beta1"
	_ "github.com/external-secrets/external-secrets/pkg/provider/bitwarden"
	_ "github.com/external-secrets/external-secrets/pkg/provider/fake"
	_ "github.com/external-secrets/external-secrets/pkg/provider/kubernetes"
	_ "github.com/external-secrets/external-secrets/pkg/provider/vault"
	_ "github.com/external-secrets/external-secrets/pkg/provider/webhook"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"secretbridge.lab/webhooks"
)

func main() {
	stores := &eso.GenericStoreValidator{}
	webhooks.Main(webhooks.Operator{
		Chart: "0.10.4",
		Webhooks: map[string]webhooks.Webhook{
			"ExternalSecret":     ask(&eso.ExternalSecretValidator{}, func() runtime.Object { return new(eso.ExternalSecret) }),
			"SecretStore":        ask(stores, func() runtime.Object { return new(eso.SecretStore) }),
			"ClusterSecretStore": ask(stores, func() runtime.Object { return new(eso.ClusterSecretStore) }),
		},
	})
}

func ask(validator admission.CustomValidator, empty func() runtime.Object) webhooks.Webhook {
	return func(document []byte) ([]string, error) {
		object := empty()
		if err := json.Unmarshal(document, object); err != nil {
			return nil, err
		}
		return validator.ValidateCreate(context.Background(), object)
	}
}
