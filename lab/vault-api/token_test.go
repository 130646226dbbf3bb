package vaultapi

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/hashicorp/vault/api"
)

func TestTokens(t *testing.T) {
	everywhere(t, func(t *testing.T, at place) {
		tokens := at.Auth().Token()
		create := func(t *testing.T, request *api.TokenCreateRequest) *api.SecretAuth {
			t.Helper()
			return must[*api.Secret](t)(tokens.CreateWithContext(background, request)).Auth
		}

		t.Run("look at the own one", func(t *testing.T) {
			self := must[*api.Secret](t)(tokens.LookupSelfWithContext(background))
			equal(t, self.Data["type"], "service")
			equal(t, self.Data["ttl"], json.Number("0"))
			equal(t, self.Data["policies"], []any{"root"})
			expires, is := self.Data["expire_time"]
			equal(t, []any{expires, is}, []any{nil, true})
			equal(t, must[string](t)(self.TokenID()), at.Client.Token())
		})

		t.Run("create one, and look at it", func(t *testing.T) {
			auth := create(t, &api.TokenCreateRequest{
				Policies: []string{"default"}, TTL: "30m", DisplayName: "ci", Metadata: map[string]string{"job": "7"},
			})
			equal(t, auth.Policies, []string{"default"})
			equal(t, auth.LeaseDuration, 1800)
			equal(t, auth.Renewable, true)
			seen := must[*api.Secret](t)(tokens.LookupWithContext(background, auth.ClientToken))
			equal(t, seen.Data["display_name"], "token-ci")
			equal(t, seen.Data["meta"], object{"job": "7"})
			// The first token is not one that could be revoked, so it is nobody's parent.
			equal(t, seen.Data["orphan"], true)
			byAccessor := must[*api.Secret](t)(tokens.LookupAccessorWithContext(background, auth.Accessor))
			equal(t, byAccessor.Data["accessor"], auth.Accessor)
			equal(t, byAccessor.Data["id"], "")
		})

		t.Run("an orphan", func(t *testing.T) {
			orphan := must[*api.Secret](t)(tokens.CreateOrphan(&api.TokenCreateRequest{TTL: "5m"})).Auth
			equal(t, orphan.Orphan, true)
		})

		t.Run("renew: the own one, another, by accessor", func(t *testing.T) {
			auth := create(t, &api.TokenCreateRequest{TTL: "10m"})
			own := client(t, at.Bridge, auth.ClientToken)
			equal(t, must[*api.Secret](t)(own.Auth().Token().RenewSelf(1200)).Auth.LeaseDuration, 1200)
			renewed := must[*api.Secret](t)(tokens.Renew(auth.ClientToken, 1500)).Auth
			equal(t, renewed.LeaseDuration, 1500)
			equal(t, renewed.ClientToken, auth.ClientToken)
			equal(t, must[*api.Secret](t)(tokens.RenewAccessor(auth.Accessor, 1800)).Auth.LeaseDuration, 1800)
		})

		t.Run("revoke: the own one, another, by accessor", func(t *testing.T) {
			revocations := map[string]func(*api.SecretAuth) error{
				"self": func(auth *api.SecretAuth) error {
					return client(t, at.Bridge, auth.ClientToken).Auth().Token().RevokeSelf("")
				},
				"tree":     func(auth *api.SecretAuth) error { return tokens.RevokeTree(auth.ClientToken) },
				"orphan":   func(auth *api.SecretAuth) error { return tokens.RevokeOrphan(auth.ClientToken) },
				"accessor": func(auth *api.SecretAuth) error { return tokens.RevokeAccessor(auth.Accessor) },
			}
			for way, revoke := range revocations {
				t.Run(way, func(t *testing.T) {
					auth := create(t, &api.TokenCreateRequest{TTL: "5m"})
					own := client(t, at.Bridge, auth.ClientToken)
					must[*api.Secret](t)(own.Auth().Token().LookupSelf())
					done(t, revoke(auth))
					_, err := own.Auth().Token().LookupSelf()
					refused(t, err, http.StatusForbidden, "permission denied")
				})
			}
		})

		t.Run("what a revoked one had issued is revoked too", func(t *testing.T) {
			parent := create(t, &api.TokenCreateRequest{TTL: "10m"})
			child := must[*api.Secret](t)(client(t, at.Bridge, parent.ClientToken).Auth().Token().
				Create(&api.TokenCreateRequest{TTL: "5m"})).Auth
			equal(t, child.Orphan, false)
			done(t, tokens.RevokeTree(parent.ClientToken))
			_, err := client(t, at.Bridge, child.ClientToken).KVv2("secret").Get(background, "any")
			refused(t, err, http.StatusForbidden)
		})

		t.Run("a wrong one, and none", func(t *testing.T) {
			for _, token := range []string{"not-a-token-of-this-bridge", ""} {
				_, err := client(t, at.Bridge, token).KVv2("secret").Get(background, "app/nothing")
				refused(t, err, http.StatusForbidden, "permission denied")
			}
			_, err := tokens.Lookup("not-a-token-of-this-bridge")
			refused(t, err, http.StatusForbidden, "bad token")
			_, err = tokens.LookupAccessor("no-accessor")
			refused(t, err, http.StatusBadRequest, "invalid accessor")
		})
	})
}

func TestPolicies(t *testing.T) {
	at, _ := inFiles(t)
	at.Put(t, "secret/data/app/db", object{"data": object{"v": "1"}})
	at.Put(t, "secret/data/other/db", object{"data": object{"v": "1"}})
	reader := client(t, at.Bridge, at.Issue(t, "reader"))
	kv := reader.KVv2("secret")

	t.Run("what is allowed", func(t *testing.T) {
		equal(t, must[*api.KVSecret](t)(kv.Get(background, "app/db")).Data, object{"v": "1"})
		listed := must[*api.Secret](t)(reader.Logical().List("secret/metadata/app"))
		equal(t, listed.Data["keys"], []any{"db"})
	})

	t.Run("what is not, be it there or not", func(t *testing.T) {
		for _, path := range []string{"other/db", "other/nothing"} {
			_, err := kv.Get(background, path)
			refused(t, err, http.StatusForbidden, "permission denied")
		}
		_, err := kv.Put(background, "app/db", object{"v": "2"})
		refused(t, err, http.StatusForbidden)
		_, err = kv.Patch(background, "app/db", object{"v": "2"}, api.WithMergeMethod(api.KVMergeMethodPatch))
		refused(t, err, http.StatusForbidden)
		refused(t, kv.Delete(background, "app/db"), http.StatusForbidden)
		_, err = reader.Logical().List("secret/metadata/other")
		refused(t, err, http.StatusForbidden)
	})

	t.Run("what it says of itself", func(t *testing.T) {
		can := func(path string) []string { return must[[]string](t)(reader.Sys().CapabilitiesSelf(path)) }
		equal(t, can("secret/data/app/db"), []string{"read"})
		equal(t, can("secret/metadata/app/db"), []string{"list"})
		equal(t, can("secret/data/other/db"), []string{"deny"})
	})

	t.Run("it cannot give what it has not", func(t *testing.T) {
		_, err := reader.Auth().Token().Create(&api.TokenCreateRequest{Policies: []string{"root"}})
		refused(t, err, http.StatusForbidden)
	})
}
