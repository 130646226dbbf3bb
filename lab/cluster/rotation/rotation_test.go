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

// memory is how long the bridge may answer of what it has read before, where it is set, and where it is not.
const memory, unset = time.Second, 30 * time.Second

// margin is what the operator and the API server take on a busy machine, beside the waiting.
const margin = 2 * time.Second

// arrival is within what time a change arrives that the operator is told of.
const arrival = 5 * time.Second

// brief is that the bridge does not remember for long.
const brief = "  cache: { ttl: 1s }\n"

// settings are of an instance with a Secret that is refreshed, and one that is not before the hour is over.
const settings = `
bridge:
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

// arrives waits until the cluster has the value, and insists that it has it in time.
func arrives(t *testing.T, c *cluster.Cluster, name, value string, within time.Duration) {
	t.Helper()
	took := cluster.Eventually(t, within, name+" is changed in the cluster", func() error {
		if got := string(c.Secret(t, "shop", name).Data["password"]); got != value {
			return fmt.Errorf("it is %q still", got)
		}
		return nil
	})
	t.Logf("%s: %q was there after %v", name, value, took.Round(time.Millisecond))
}

// answered is the value and the version that the bridge answers with.
func answered(t *testing.T, instance *cluster.Instance, name string) (value string, version int) {
	t.Helper()
	status, read := instance.Read(t, "secret/data/apps/"+name)
	if status != http.StatusOK {
		t.Fatalf("%s: %d", name, status)
	}
	fields, _ := read["data"].(map[string]any)
	metadata, _ := read["metadata"].(map[string]any)
	value, _ = fields["password"].(string)
	number, _ := metadata["version"].(float64)
	return value, int(number)
}

// written writes through the bridge, and insists that it has forgotten what was there at once: before the cluster has asked.
func written(t *testing.T, instance *cluster.Instance, name, value string) {
	t.Helper()
	_, before := answered(t, instance, name)
	instance.Write(t, http.MethodPut, "secret/data/apps/"+name, map[string]any{
		"data": map[string]any{"password": value},
	})
	forgotten(t, instance, name, value, before)
}

// forgotten insists that the bridge has this value, and the version before no more.
func forgotten(t *testing.T, instance *cluster.Instance, name, value string, before int) {
	t.Helper()
	if got, version := answered(t, instance, name); got != value || version <= before {
		t.Errorf("%s: the bridge answers with %q of version %d", name, got, version)
	}
	if status, _ := instance.Read(t, fmt.Sprintf("secret/data/apps/%s?version=%d", name, before)); status != http.StatusNotFound {
		t.Errorf("%s: the bridge has version %d still: %d", name, before, status)
	}
}

func TestAChangeArrivesWithinOneRefreshInterval(t *testing.T) {
	cluster.EachOperator(t, func(t *testing.T, c *cluster.Cluster) {
		instance := synced(t, c, brief)
		written(t, instance, "refreshed", "through the bridge")
		arrives(t, c, "refreshed", "through the bridge", refresh+margin)

		_, before := answered(t, instance, "refreshed")
		instance.Put(t, "apps/refreshed", "password", []byte("behind its back"))
		arrives(t, c, "refreshed", "behind its back", refresh+memory+margin)
		forgotten(t, instance, "refreshed", "behind its back", before)
	})
}

func TestAChangeThatTheOperatorIsToldOfArrivesWithinFiveSeconds(t *testing.T) {
	cluster.EachOperator(t, func(t *testing.T, c *cluster.Cluster) {
		instance := synced(t, c, brief+"  force_sync: {}")
		written(t, instance, "told", "through the bridge")
		arrives(t, c, "told", "through the bridge", arrival)

		_, before := answered(t, instance, "told")
		instance.Put(t, "apps/told", "password", []byte("by the program"), "--sync")
		arrives(t, c, "told", "by the program", arrival)
		forgotten(t, instance, "told", "by the program", before)
	})
}

func TestWithSettingsAsTheyAreByDefaultOnlyAWriteBehindTheBridgeTakesLonger(t *testing.T) {
	cluster.EachOperator(t, func(t *testing.T, c *cluster.Cluster) {
		instance := synced(t, c, "  force_sync: {}")
		written(t, instance, "told", "through the bridge")
		arrives(t, c, "told", "through the bridge", arrival)

		_, before := answered(t, instance, "told")
		begun := time.Now()
		instance.Put(t, "apps/told", "password", []byte("by the program"), "--sync")
		arrives(t, c, "told", "by the program", unset+arrival-time.Since(begun))
		forgotten(t, instance, "told", "by the program", before)
	})
}
