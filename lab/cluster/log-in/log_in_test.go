// Package login has the operator and others log in at the bridge with service accounts of a cluster.
package login

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"secretbridge.lab/cluster"
)

// settings are of an instance whose bridge asks the API server about service accounts, with an account of its own.
const settings = `
bridge:
  cache: { ttl: 1s }
  token: { source: BRIDGE_TOKEN }
  policies:
    shop: [{ path: secret/data/apps/*, capabilities: [read] }]
  auth:
    kubernetes:
      type: kubernetes
      kubernetes_host: %[1]s
      kubernetes_ca_cert: %[2]s
      token_reviewer_jwt: reviewer.jwt
      roles: &roles
        shop:
          bound_service_account_names: [reader]
          bound_service_account_namespaces: [shop]
          audience: bridge
          policies: [shop]
          ttl: 5m
          max_ttl: 5m
        any-audience:
          bound_service_account_names: ["read*"]
          bound_service_account_namespaces: ["*"]
          policies: [shop]
          ttl: 5m
          max_ttl: 5m
    with-its-own-rights: # the token that is shown is the one that is asked with
      type: kubernetes
      kubernetes_host: %[1]s
      kubernetes_ca_cert: %[2]s
      roles: *roles
    out-of-reach:
      type: kubernetes
      kubernetes_host: https://127.0.0.1:1
      kubernetes_ca_cert: %[2]s
      token_reviewer_jwt: reviewer.jwt
      roles: *roles
k8s:
  secrets:
    runtime_sync:
      enabled: true
      chart_version: {{chart}}
      stores:
        shop:
          namespaces: [shop, elsewhere]
          spec:
            provider:
              vault:
                server: "{{bridge}}"
                path: secret
                auth:
                  kubernetes:
                    mountPath: kubernetes
                    role: shop
                    serviceAccountRef: { name: reader, audiences: [bridge] }
secrets:
  - name: database
    namespace: shop
    sync_mode: external-secrets
    refresh_interval: 1s
    deletion_policy: Delete
    data: { password: { key: apps/database, property: password } }
  - name: database
    namespace: elsewhere
    sync_mode: external-secrets
    refresh_interval: 1s
    deletion_policy: Delete
    data: { password: { key: apps/database, property: password } }
`

// patience is for what the API server and the operator do in their own time.
const patience = time.Minute

// begin is an instance whose bridge runs, and accounts: `secretbridge`, which the bridge asks with and which may ask nothing yet,
// `reader` in the namespaces shop and elsewhere, and `other` and `reader-too` in shop.
func begin(t *testing.T, c *cluster.Cluster) *cluster.Instance {
	t.Helper()
	c.Namespace(t, "shop", "elsewhere", "secretbridge")
	for _, account := range []string{"secretbridge/secretbridge", "shop/reader", "shop/other", "shop/reader-too", "elsewhere/reader"} {
		namespace, name, _ := strings.Cut(account, "/")
		c.Kubectl(t, "create", "serviceaccount", name, "--namespace", namespace)
	}
	instance := cluster.NewInstance(t, c, fmt.Sprintf(settings, c.Address, c.Authority))
	reviewer := filepath.Join(instance.Folder, "reviewer.jwt")
	if err := os.WriteFile(reviewer, []byte(token(t, c, "secretbridge", "secretbridge", "")), 0o600); err != nil {
		t.Fatal(err)
	}
	instance.Put(t, "apps/database", "password", []byte("hunter2"))
	instance.Serve(t)
	return instance
}

// token is one of a service account, for an audience, or for the API server's own.
func token(t *testing.T, c *cluster.Cluster, namespace, name, audience string) string {
	t.Helper()
	arguments := []string{"create", "token", name, "--namespace", namespace}
	if audience != "" {
		arguments = append(arguments, "--audience", audience)
	}
	return strings.TrimSpace(c.Kubectl(t, arguments...))
}

// mayReview gives an account the rights that the bridge's documentation names.
func mayReview(t *testing.T, c *cluster.Cluster, namespace, name string) {
	t.Helper()
	c.Kubectl(t, "create", "clusterrolebinding", "reviews-tokens-"+name,
		"--clusterrole", "system:auth-delegator", "--serviceaccount", namespace+":"+name)
}

// mayNotReview takes them back.
func mayNotReview(t *testing.T, c *cluster.Cluster, name string) {
	t.Helper()
	c.Kubectl(t, "delete", "clusterrolebinding", "reviews-tokens-"+name)
}

// answers waits until a log-in ends like this: the API server needs a moment to know of a new right.
func answers(t *testing.T, instance *cluster.Instance, mount, role, jwt string, status int, saying string) {
	t.Helper()
	cluster.Eventually(t, patience, fmt.Sprintf("%s as %s is answered with %d %s", mount, role, status, saying), func() error {
		got, said := instance.LogIn(t, mount, map[string]string{"role": role, "jwt": jwt})
		if got != status || !strings.Contains(said, saying) {
			return fmt.Errorf("%d %s", got, said)
		}
		return nil
	})
}

func TestTheOperatorLogsInAndLosesNothingWhenNobodyCanVouchForIt(t *testing.T) {
	cluster.EachOperator(t, func(t *testing.T, c *cluster.Cluster) {
		instance := begin(t, c)
		instance.Deliver(t)
		c.StartOperator(t)
		state := func(namespace string) error {
			object, err := c.Object(c.Operator.ExternalSecrets(), namespace, "database")
			if err != nil {
				return err
			}
			return cluster.Ready(object)
		}
		// failing waits until the operator has said that it has failed.
		failing := func(namespace string) {
			t.Helper()
			cluster.Eventually(t, patience, "the operator fails in "+namespace, func() error {
				switch err := state(namespace); {
				case err == nil:
					return errors.New("it is ready")
				case !strings.Contains(err.Error(), "SecretSyncedError"):
					return err
				}
				return nil
			})
		}
		password := func(namespace string) string { return string(c.Secret(t, namespace, "database").Data["password"]) }

		failing("shop") // the bridge may not ask about anybody
		mayReview(t, c, "secretbridge", "secretbridge")
		cluster.Eventually(t, 3*patience, "the operator logs in of its own accord", func() error { return state("shop") })
		if got := password("shop"); got != "hunter2" {
			t.Errorf("the Secret has %q", got)
		}
		failing("elsewhere") // that namespace is not of the role
		if got := password("elsewhere"); got != "" {
			t.Errorf("a namespace that is not of the role has %q", got)
		}

		losses := c.WatchLosses(t)
		mayNotReview(t, c, "secretbridge")
		failing("shop")
		if lost := losses.Stop(t); len(lost) > 0 {
			t.Errorf("lost: %v", lost)
		}
		if got := password("shop"); got != "hunter2" {
			t.Errorf("afterwards the Secret has %q", got)
		}
	})
}

func TestOnlyAccountsOfTheRoleLogInAndOnlyForAsLongAsTheyAreThere(t *testing.T) {
	c := cluster.Start(t, cluster.Newer)
	instance := begin(t, c)
	reader := token(t, c, "shop", "reader", "bridge")
	ownAudience := token(t, c, "shop", "reader", "")

	answers(t, instance, "kubernetes", "shop", reader, http.StatusServiceUnavailable, "not available")
	mayReview(t, c, "secretbridge", "secretbridge")
	answers(t, instance, "kubernetes", "shop", reader, http.StatusOK, "")

	turnedAway := []struct {
		why, role, jwt string
		status         int
		saying         string
	}{
		{"another account", "shop", token(t, c, "shop", "other", "bridge"), http.StatusForbidden, "service account name not authorized"},
		{"an account whose name only begins so", "shop", token(t, c, "shop", "reader-too", "bridge"), http.StatusForbidden, "service account name not authorized"},
		{"the account of another namespace", "shop", token(t, c, "elsewhere", "reader", "bridge"), http.StatusForbidden, "namespace not authorized"},
		{"a token for the API server", "shop", ownAudience, http.StatusForbidden, "permission denied"},
		{"a token for something else", "shop", token(t, c, "shop", "reader", "vault"), http.StatusForbidden, "permission denied"},
		{"a token for the bridge where it is to be for the API server", "any-audience", reader, http.StatusForbidden, "permission denied"},
		{"no account", "any-audience", "the-admin-of-the-lab", http.StatusForbidden, "permission denied"},
		{"a damaged token", "shop", reader[:len(reader)-4] + "AAAA", http.StatusForbidden, "permission denied"},
		{"what is no token", "shop", "nonsense", http.StatusForbidden, "permission denied"},
		{"a role that is not there", "nobody", reader, http.StatusBadRequest, "invalid role name"},
		{"no token", "shop", "", http.StatusBadRequest, "missing jwt"},
	}
	for _, each := range turnedAway {
		status, said := instance.LogIn(t, "kubernetes", map[string]string{"role": each.role, "jwt": each.jwt})
		if status != each.status || !strings.Contains(said, each.saying) {
			t.Errorf("%s: %d %s", each.why, status, said)
		}
	}
	answers(t, instance, "kubernetes", "any-audience", ownAudience, http.StatusOK, "")
	answers(t, instance, "kubernetes", "any-audience", token(t, c, "elsewhere", "reader", ""), http.StatusOK, "")

	answers(t, instance, "out-of-reach", "shop", reader, http.StatusServiceUnavailable, "not available")

	// The API server does not even know a token as its own that is for another audience.
	answers(t, instance, "with-its-own-rights", "any-audience", ownAudience, http.StatusForbidden, "permission denied")
	mayReview(t, c, "shop", "reader")
	answers(t, instance, "with-its-own-rights", "any-audience", ownAudience, http.StatusOK, "")

	c.Kubectl(t, "delete", "serviceaccount", "reader", "--namespace", "shop")
	answers(t, instance, "kubernetes", "shop", reader, http.StatusForbidden, "permission denied")
	answers(t, instance, "kubernetes", "any-audience", ownAudience, http.StatusForbidden, "permission denied")
}
