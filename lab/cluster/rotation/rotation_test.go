// Package rotation changes values in a store, and waits for them in a cluster.
package rotation

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"secretbridge.lab/cluster"
)

// refresh is the interval of what is refreshed by itself.
const refresh = 10 * time.Second

// memory is how long the bridge may answer of what it has read before.
const memory = time.Second

// margin is what the operator and the API server take on a busy machine, beside the waiting.
const margin = 2 * time.Second

// arrival is within what time a change arrives that the operator is told of.
const arrival = 5 * time.Second

// settings are of an instance with a Secret that is refreshed, and one that is not before the hour is over.
const settings = `
bridge:
  cache: { ttl: 1s }
  token: { source: BRIDGE_TOKEN }
%s
k8s:
  secrets:
    runtime_sync:
      enabled: true
      chart_version: {{chart}}
      bridge_url: {{bridge}}
      token_source: BRIDGE_TOKEN
secrets:
  - name: refreshed
    namespace: shop
    sync_mode: external-secrets
    refresh_interval: 10s
    data: { password: { key: apps/refreshed, property: password } }
  - name: told
    namespace: shop
    sync_mode: external-secrets
    refresh_interval: 1h
    data: { password: { key: apps/told, property: password } }
`

// synced is a cluster that has both Secrets from the store of the instance.
func synced(t *testing.T, c *cluster.Cluster, more string) *cluster.Instance {
	t.Helper()
	instance := cluster.NewInstance(t, c, fmt.Sprintf(settings, more))
	instance.Put(t, "apps/refreshed", "password", []byte("the first"))
	instance.Put(t, "apps/told", "password", []byte("the first"))
	instance.Serve(t)
	c.Namespace(t, "shop", "external-secrets-system")
	instance.Deliver(t)
	c.StartOperator(t)
	c.Settled(t, time.Minute)
	for _, name := range []string{"refreshed", "told"} {
		if got := string(c.Secret(t, "shop", name).Data["password"]); got != "the first" {
			t.Fatalf("%s: %q", name, got)
		}
	}
	return instance
}

// arrives waits until the cluster has the value, and insists that it has it in time, and that the bridge has it too.
func arrives(t *testing.T, c *cluster.Cluster, instance *cluster.Instance, name, value string, within time.Duration) {
	t.Helper()
	took := cluster.Eventually(t, within, name+" is changed in the cluster", func() error {
		if got := string(c.Secret(t, "shop", name).Data["password"]); got != value {
			return fmt.Errorf("it is %q still", got)
		}
		return nil
	})
	t.Logf("%s: %q was there after %v", name, value, took.Round(time.Millisecond))
	status, read := instance.Read(t, "secret/data/apps/"+name)
	if fields, _ := read["data"].(map[string]any); status != http.StatusOK || fields["password"] != value {
		t.Errorf("%s: the bridge answers with what was there before: %d", name, status)
	}
}

func TestAChangeArrivesWithinOneRefreshInterval(t *testing.T) {
	cluster.EachOperator(t, func(t *testing.T, c *cluster.Cluster) {
		instance := synced(t, c, "")
		instance.Write(t, http.MethodPut, "secret/data/apps/refreshed", map[string]any{
			"data": map[string]any{"password": "through the bridge"},
		})
		arrives(t, c, instance, "refreshed", "through the bridge", refresh+margin)

		instance.Put(t, "apps/refreshed", "password", []byte("behind its back"))
		arrives(t, c, instance, "refreshed", "behind its back", refresh+memory+margin)
	})
}

func TestAChangeThatTheOperatorIsToldOfArrivesWithinFiveSeconds(t *testing.T) {
	cluster.EachOperator(t, func(t *testing.T, c *cluster.Cluster) {
		instance := synced(t, c, "  force_sync: {}")
		instance.Write(t, http.MethodPut, "secret/data/apps/told", map[string]any{
			"data": map[string]any{"password": "through the bridge"},
		})
		arrives(t, c, instance, "told", "through the bridge", arrival)

		instance.Put(t, "apps/told", "password", []byte("by the program"), "--sync")
		arrives(t, c, instance, "told", "by the program", arrival)
	})
}
