package vaultapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/vault/api"
)

func TestSystem(t *testing.T) {
	at, _ := inFiles(t)
	stranger := client(t, at.Bridge, "")

	t.Run("health, seal and leader, without a token", func(t *testing.T) {
		health := must[*api.HealthResponse](t)(stranger.Sys().HealthWithContext(background))
		equal(t, []bool{health.Initialized, health.Sealed, health.Standby}, []bool{true, false, false})
		seal := must[*api.SealStatusResponse](t)(stranger.Sys().SealStatusWithContext(background))
		equal(t, []bool{seal.Initialized, seal.Sealed}, []bool{true, false})
		equal(t, seal.Version == "", false)
		must[*api.LeaderResponse](t)(stranger.Sys().LeaderWithContext(background))
		equal(t, must[bool](t)(stranger.Sys().InitStatusWithContext(background)), true)
	})

	t.Run("mounts", func(t *testing.T) {
		mounts := must[map[string]*api.MountOutput](t)(at.Sys().ListMountsWithContext(background))
		for path, version := range map[string]string{"secret/": "2", "legacy/": "1", "team/kv/": "2"} {
			equal(t, mounts[path].Type, "kv")
			equal(t, mounts[path].Options["version"], version)
		}
		_, err := stranger.Sys().ListMountsWithContext(background)
		refused(t, err, http.StatusForbidden)
	})

	t.Run("one mount", func(t *testing.T) {
		mount := must[*api.MountOutput](t)(at.Sys().GetMountWithContext(background, "team/kv"))
		equal(t, mount.Options["version"], "2")
		_, err := at.Sys().GetMountWithContext(background, "nothing")
		refused(t, err, http.StatusBadRequest)
	})

	t.Run("how programs find a mount", func(t *testing.T) {
		found := must[*api.Secret](t)(at.Logical().Read("sys/internal/ui/mounts/team/kv/app/db"))
		equal(t, found.Data["path"], "team/kv/")
		equal(t, found.Data["options"], object{"version": "2"})
		_, err := at.Logical().Read("sys/internal/ui/mounts/nothing/app")
		refused(t, err, http.StatusForbidden, "preflight capability check returned 403")
	})

	t.Run("capabilities of the own token", func(t *testing.T) {
		equal(t, must[[]string](t)(at.Sys().CapabilitiesSelf("secret/data/app")), []string{"root"})
	})

	t.Run("a mount whose path has a slash", func(t *testing.T) {
		kv := at.KVv2("team/kv")
		must[*api.KVSecret](t)(kv.Put(background, "app/db", object{"v": "1"}))
		equal(t, must[*api.KVSecret](t)(kv.Get(background, "app/db")).Data, object{"v": "1"})
		equal(t, must[*api.KVSecret](t)(at.KVv2("secret").Get(background, "team/app/db")).Data, object{"v": "1"})
	})

	t.Run("namespaces: the root is there, no other is", func(t *testing.T) {
		at.Put(t, "secret/data/app/ns", object{"data": object{"v": "1"}})
		for _, root := range []string{"root", "/"} {
			must[*api.KVSecret](t)(at.WithNamespace(root).KVv2("secret").Get(background, "app/ns"))
		}
		_, err := at.WithNamespace("team").KVv2("secret").Get(background, "app/ns")
		refused(t, err, http.StatusBadRequest, "namespaces")
	})

	t.Run("what clients of a cluster send changes nothing", func(t *testing.T) {
		config := api.DefaultConfig()
		config.Address, config.ReadYourWrites = at.Bridge.Address, true
		cluster := must[*api.Client](t)(api.NewClient(config))
		cluster.SetToken(at.Client.Token())
		cluster.AddHeader("X-Vault-Inconsistent", "forward-active-node")
		cluster.AddHeader("X-Vault-Index", "v1:0:1:2:3")
		must[*api.KVSecret](t)(cluster.KVv2("secret").Put(background, "app/cluster", object{"v": "1"}))
		equal(t, must[*api.KVSecret](t)(cluster.KVv2("secret").Get(background, "app/cluster")).Data, object{"v": "1"})
	})

	t.Run("what there is not", func(t *testing.T) {
		// A read of the client takes 404 for nothing at all, whatever is in it: these must be errors.
		for path, status := range map[string]int{
			"nothing/data/app": http.StatusForbidden,
			"nothing":          http.StatusForbidden,
			"secret":           http.StatusBadRequest,
			"auth/nothing/x":   http.StatusForbidden,
			"cubbyhole/x":      http.StatusForbidden,
		} {
			t.Run(strings.ReplaceAll(path, "/", " "), func(t *testing.T) {
				_, err := at.Logical().Read(path)
				refused(t, err, status)
			})
		}
		_, err := at.Logical().List("nothing/metadata")
		refused(t, err, http.StatusForbidden, "no handler for route")
	})
}
