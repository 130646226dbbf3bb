package vaultapi

import (
	"net/http"
	"testing"

	"github.com/hashicorp/vault/api"
)

func TestVersionOne(t *testing.T) {
	at, _ := inFiles(t)
	kv := at.KVv1("legacy")

	t.Run("put, get, replace", func(t *testing.T) {
		done(t, kv.Put(background, "db", object{"password": "one", "extra": "x"}))
		done(t, kv.Put(background, "db", object{"password": "two"}))
		got := must[*api.KVSecret](t)(kv.Get(background, "db"))
		equal(t, got.Data, object{"password": "two"})
		equal(t, got.Raw.LeaseDuration, 2764800)
	})

	t.Run("list", func(t *testing.T) {
		done(t, kv.Put(background, "sub/one", object{"v": "1"}))
		secret := must[*api.Secret](t)(at.Logical().ListWithContext(background, "legacy"))
		equal(t, secret.Data["keys"], []any{"db", "sub/"})
	})

	t.Run("delete", func(t *testing.T) {
		done(t, kv.Delete(background, "db"))
		_, err := kv.Get(background, "db")
		notFound(t, err)
		done(t, kv.Delete(background, "db"))
	})

	t.Run("no field is refused", func(t *testing.T) {
		_, err := at.Logical().WriteWithContext(background, "legacy/none", object{})
		refused(t, err, http.StatusBadRequest, "missing data fields")
	})

	t.Run("it is the folder that it is said to be of the other mount", func(t *testing.T) {
		done(t, kv.Put(background, "shared", object{"v": "1"}))
		got := must[*api.KVSecret](t)(at.KVv2("secret").Get(background, "legacy/shared"))
		equal(t, got.Data, object{"v": "1"})
	})
}
