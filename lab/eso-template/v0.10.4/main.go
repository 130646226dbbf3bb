// The template engine of the External Secrets Operator 0.10.4.
package main

import (
	"peer"

	"golang.org/x/crypto/bcrypt"
	corev1 "k8s.io/api/core/v1"

	esapi "github.com/external-secrets/external-secrets/apis/externalsecrets/v1beta1"
	template "github.com/external-secrets/external-secrets/pkg/template/v2"
)

func render(text string, data map[string][]byte) ([]byte, error) {
	secret := &corev1.Secret{}
	templates := map[string][]byte{"t": []byte(text)}
	err := template.Execute(templates, data, esapi.TemplateScopeValues, esapi.TemplateTargetData, secret)
	return secret.Data["t"], err
}

func main() {
	var names []string
	for name := range template.FuncMap() {
		names = append(names, name)
	}
	peer.Main(render, names, bcrypt.CompareHashAndPassword)
}
