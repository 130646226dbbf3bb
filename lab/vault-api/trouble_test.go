package vaultapi

import (
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/vault/api"

	"secretbridge.lab/served"
)

const found = `{"request_id":"1","lease_id":"","renewable":false,"lease_duration":0,"wrap_info":null,"warnings":null,"auth":null,` +
	`"data":{"data":{"v":"1"},"metadata":{"version":4,"created_time":"2026-01-01T00:00:00Z","deletion_time":"","destroyed":false,"custom_metadata":null}}}`

// TestTrouble has a store that fails: the client is told so, and never that there is no such secret.
func TestTrouble(t *testing.T) {
	at, backend := inFiles(t)
	kv := at.KVv2("elsewhere")
	answers := func(status int, body string) served.Answer { return served.Answer{Status: status, Body: body} }
	sealed := answers(http.StatusServiceUnavailable, `{"errors":["Vault is sealed"]}`)

	for _, row := range []struct {
		name   string
		answer served.Answer
		status int
	}{
		{"is sealed", sealed, http.StatusServiceUnavailable},
		{"refuses the bridge", answers(http.StatusForbidden, `{"errors":["permission denied"]}`), http.StatusForbidden},
		{"fails", answers(http.StatusInternalServerError, `{"errors":["internal error"]}`), http.StatusServiceUnavailable},
		{"is no such server", answers(http.StatusNotFound, `<html>not here</html>`), http.StatusServiceUnavailable},
		{"answers with a page", answers(http.StatusOK, `<html>log in</html>`), http.StatusServiceUnavailable},
	} {
		t.Run("a store that "+row.name, func(t *testing.T) {
			backend.Will(row.answer)
			_, err := kv.Get(background, "app/db")
			refused(t, err, row.status)
			_, err = kv.GetMetadata(background, "app/db")
			refused(t, err, row.status)
			_, err = at.Logical().List("elsewhere/metadata/app")
			refused(t, err, row.status)
		})
	}

	t.Run("a secret that the store does not have", func(t *testing.T) {
		backend.Will(answers(http.StatusNotFound, `{"errors":[]}`))
		_, err := kv.Get(background, "app/nothing")
		notFound(t, err)
	})

	for name, trouble := range map[string]served.Answer{
		"503": sealed,
		"429": {Status: http.StatusTooManyRequests, Header: map[string]string{"Retry-After": "1"}, Body: `{"errors":["slow down"]}`},
	} {
		t.Run("a client that asks again after "+name, func(t *testing.T) {
			record := &recording{}
			config := api.DefaultConfig()
			config.Address, config.MaxRetries = at.Bridge.Address, 4
			config.MinRetryWait, config.MaxRetryWait = time.Millisecond, 10*time.Millisecond
			config.HttpClient.Transport = record
			patient := must[*api.Client](t)(api.NewClient(config))
			patient.SetToken(at.Client.Token())
			backend.Will(trouble, answers(http.StatusOK, found))
			got := must[*api.KVSecret](t)(patient.KVv2("elsewhere").Get(background, "app/again-"+name))
			equal(t, got.Data, object{"v": "1"})
			equal(t, got.VersionMetadata.Version, 4)
			equal(t, record.statuses, []int{trouble.Status, http.StatusOK})
		})
	}

	t.Run("a store that nobody answers for", func(t *testing.T) {
		backend.Gone()
		_, err := kv.Get(background, "app/gone")
		refused(t, err, http.StatusServiceUnavailable, "the store behind the bridge is not available")
	})

	t.Run("it still serves what it can", func(t *testing.T) {
		_, err := at.KVv2("secret").Get(background, "app/nothing")
		notFound(t, err)
	})
}
