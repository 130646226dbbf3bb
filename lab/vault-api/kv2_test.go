package vaultapi

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/vault/api"
)

func TestVersionTwo(t *testing.T) {
	everywhere(t, func(t *testing.T, at place) {
		kv := at.KVv2("secret")

		t.Run("put, and get what was put", func(t *testing.T) {
			data := object{"user": "ada", "port": 5432, "on": true, "hosts": []any{"a", "b"}, "nested": object{"deep": "x"}}
			put := must[*api.KVSecret](t)(kv.Put(background, "app/put", data))
			equal(t, put.VersionMetadata.Version, 1)
			got := must[*api.KVSecret](t)(kv.Get(background, "app/put"))
			equal(t, got.Data, object{
				"user": "ada", "port": json.Number("5432"), "on": true, "hosts": []any{"a", "b"}, "nested": object{"deep": "x"},
			})
			equal(t, got.VersionMetadata.Version, 1)
			equal(t, got.VersionMetadata.Destroyed, false)
			equal(t, got.VersionMetadata.DeletionTime.IsZero(), true)
			equal(t, got.VersionMetadata.CreatedTime.IsZero(), false)
		})

		t.Run("values in every script, empty, and with what JSON escapes", func(t *testing.T) {
			data := object{"text": "Grüße, 世界 \U0001F511", "empty": "", "lines": "a\nb\r\n\tc\x00\"\\<&>\u2028"}
			must[*api.KVSecret](t)(kv.Put(background, "app/texts", data))
			equal(t, must[*api.KVSecret](t)(kv.Get(background, "app/texts")).Data, data)
		})

		t.Run("a path with blanks and signs", func(t *testing.T) {
			for _, path := range []string{"app/a b", "app/a%2Fb", "app/ü+?#&=", "app/a:b@c"} {
				_, err := kv.Put(background, path, object{"path": path})
				if err != nil {
					t.Fatalf("%s: %v", path, err)
				}
				equal(t, must[*api.KVSecret](t)(kv.Get(background, path)).Data, object{"path": path})
			}
		})

		t.Run("a secret that is not there", func(t *testing.T) {
			_, err := kv.Get(background, "app/nothing")
			notFound(t, err)
			_, err = kv.GetMetadata(background, "app/nothing")
			notFound(t, err)
			_, err = kv.GetVersion(background, "app/nothing", 3)
			notFound(t, err)
		})

		t.Run("check-and-set", func(t *testing.T) {
			cas := func(version int) api.KVOption { return api.WithCheckAndSet(version) }
			created := must[*api.KVSecret](t)(kv.Put(background, "app/cas", object{"n": "1"}, cas(0)))
			equal(t, created.VersionMetadata.Version, 1)
			_, err := kv.Put(background, "app/cas", object{"n": "2"}, cas(0))
			refused(t, err, http.StatusBadRequest, "check-and-set parameter did not match the current version")
			equal(t, must[*api.KVSecret](t)(kv.Put(background, "app/cas", object{"n": "2"}, cas(1))).VersionMetadata.Version, 2)
			_, err = kv.Put(background, "app/cas", object{"n": "3"}, cas(7))
			refused(t, err, http.StatusBadRequest, "check-and-set parameter did not match the current version")
			equal(t, must[*api.KVSecret](t)(kv.Get(background, "app/cas")).Data, object{"n": "2"})
		})

		t.Run("check-and-set where it is required", func(t *testing.T) {
			done(t, kv.PutMetadata(background, "app/required", api.KVMetadataPutInput{CASRequired: true}))
			_, err := kv.Put(background, "app/required", object{"n": "1"})
			refused(t, err, http.StatusBadRequest, "check-and-set parameter required for this call")
			must[*api.KVSecret](t)(kv.Put(background, "app/required", object{"n": "1"}, api.WithCheckAndSet(0)))
		})

		for _, method := range []string{api.KVMergeMethodPatch, api.KVMergeMethodReadWrite} {
			t.Run("patch by "+method, func(t *testing.T) {
				path := "app/patched-" + method
				must[*api.KVSecret](t)(kv.Put(background, path, object{"kept": "k", "changed": "old"}))
				with := api.WithMergeMethod(method)
				got := must[*api.KVSecret](t)(kv.Patch(background, path, object{"changed": "new", "added": "a"}, with))
				equal(t, got.VersionMetadata.Version, 2)
				want := object{"kept": "k", "changed": "new", "added": "a"}
				equal(t, must[*api.KVSecret](t)(kv.Get(background, path)).Data, want)
				_, err := kv.Patch(background, "app/never-"+method, object{"a": "b"}, with)
				notFound(t, err)
			})
		}

		t.Run("patch that removes, and one whose check-and-set does not hold", func(t *testing.T) {
			must[*api.KVSecret](t)(kv.Put(background, "app/less", object{"kept": "k", "gone": "g"}))
			patch := api.WithMergeMethod(api.KVMergeMethodPatch)
			_, err := kv.Patch(background, "app/less", object{"gone": nil}, patch, api.WithCheckAndSet(5))
			refused(t, err, http.StatusBadRequest, "check-and-set parameter did not match the current version")
			must[*api.KVSecret](t)(kv.Patch(background, "app/less", object{"gone": nil}, patch, api.WithCheckAndSet(1)))
			equal(t, must[*api.KVSecret](t)(kv.Get(background, "app/less")).Data, object{"kept": "k"})
		})

		t.Run("older versions, and back to one", func(t *testing.T) {
			for _, value := range []string{"one", "two", "three"} {
				must[*api.KVSecret](t)(kv.Put(background, "app/versions", object{"v": value}))
			}
			equal(t, must[*api.KVSecret](t)(kv.GetVersion(background, "app/versions", 3)).Data, object{"v": "three"})
			_, err := kv.GetVersion(background, "app/versions", 9)
			notFound(t, err)
			listed := must[[]api.KVVersionMetadata](t)(kv.GetVersionsAsList(background, "app/versions"))
			newest := listed[len(listed)-1]
			equal(t, newest.Version, 3)
			if !at.keepsVersions {
				_, err := kv.GetVersion(background, "app/versions", 1)
				notFound(t, err)
				return
			}
			equal(t, len(listed), 3)
			equal(t, must[*api.KVSecret](t)(kv.GetVersion(background, "app/versions", 1)).Data, object{"v": "one"})
			back := must[*api.KVSecret](t)(kv.Rollback(background, "app/versions", 1))
			equal(t, back.VersionMetadata.Version, 4)
			equal(t, must[*api.KVSecret](t)(kv.Get(background, "app/versions")).Data, object{"v": "one"})
		})

		t.Run("delete, and undelete where there are versions", func(t *testing.T) {
			must[*api.KVSecret](t)(kv.Put(background, "app/deleted", object{"v": "1"}))
			done(t, kv.Delete(background, "app/deleted"))
			// The client takes a version that was deleted for a secret without data, and has its metadata.
			got := must[*api.KVSecret](t)(kv.Get(background, "app/deleted"))
			equal(t, got.Data, object(nil))
			equal(t, got.VersionMetadata.Version, 1)
			equal(t, got.VersionMetadata.DeletionTime.After(time.Now().Add(-time.Hour)), true)
			equal(t, got.VersionMetadata.Destroyed, !at.keepsVersions)
			done(t, kv.Undelete(background, "app/deleted", []int{1}))
			got = must[*api.KVSecret](t)(kv.Get(background, "app/deleted"))
			if at.keepsVersions {
				equal(t, got.Data, object{"v": "1"})
			} else {
				equal(t, got.Data, object(nil))
			}
		})

		t.Run("delete versions by number, and destroy them", func(t *testing.T) {
			for _, value := range []string{"one", "two"} {
				must[*api.KVSecret](t)(kv.Put(background, "app/destroyed", object{"v": value}))
			}
			done(t, kv.DeleteVersions(background, "app/destroyed", []int{1}))
			equal(t, must[*api.KVSecret](t)(kv.Get(background, "app/destroyed")).Data, object{"v": "two"})
			done(t, kv.Destroy(background, "app/destroyed", []int{2}))
			got := must[*api.KVSecret](t)(kv.Get(background, "app/destroyed"))
			equal(t, got.Data, object(nil))
			equal(t, got.VersionMetadata.Destroyed, true)
			must[*api.KVSecret](t)(kv.Put(background, "app/destroyed", object{"v": "three"}))
			equal(t, must[*api.KVSecret](t)(kv.Get(background, "app/destroyed")).VersionMetadata.Version, 3)
		})

		t.Run("metadata: put, read, patch, delete", func(t *testing.T) {
			must[*api.KVSecret](t)(kv.Put(background, "app/noted", object{"v": "1"}))
			done(t, kv.PutMetadata(background, "app/noted", api.KVMetadataPutInput{
				CustomMetadata: object{"owner": "web", "team": "a"},
			}))
			got := must[*api.KVMetadata](t)(kv.GetMetadata(background, "app/noted"))
			equal(t, got.CustomMetadata, object{"owner": "web", "team": "a"})
			equal(t, got.CurrentVersion, 1)
			equal(t, len(got.Versions), 1)
			required := true
			done(t, kv.PatchMetadata(background, "app/noted", api.KVMetadataPatchInput{
				CASRequired: &required, CustomMetadata: object{"team": nil, "stage": "live"},
			}))
			got = must[*api.KVMetadata](t)(kv.GetMetadata(background, "app/noted"))
			equal(t, got.CustomMetadata, object{"owner": "web", "stage": "live"})
			equal(t, got.CASRequired, true)
			equal(t, must[*api.KVSecret](t)(kv.Get(background, "app/noted")).CustomMetadata, object{"owner": "web", "stage": "live"})
			done(t, kv.DeleteMetadata(background, "app/noted"))
			_, err := kv.GetMetadata(background, "app/noted")
			notFound(t, err)
			_, err = kv.Get(background, "app/noted")
			notFound(t, err)
		})

		t.Run("settings of versions, where there are some", func(t *testing.T) {
			settings := api.KVMetadataPutInput{DeleteVersionAfter: 90 * time.Minute, MaxVersions: 4}
			err := kv.PutMetadata(background, "app/settings", settings)
			if !at.keepsVersions {
				refused(t, err, http.StatusMethodNotAllowed, "unsupported operation")
				return
			}
			done(t, err)
			got := must[*api.KVMetadata](t)(kv.GetMetadata(background, "app/settings"))
			equal(t, got.DeleteVersionAfter, 90*time.Minute)
			equal(t, got.MaxVersions, 4)
		})

		t.Run("list", func(t *testing.T) {
			for _, path := range []string{"list/b", "list/a", "list/sub/c", "list/sub/d"} {
				must[*api.KVSecret](t)(kv.Put(background, path, object{"v": "1"}))
			}
			keys := func(path string) any {
				secret := must[*api.Secret](t)(at.Logical().ListWithContext(background, path))
				return secret.Data["keys"]
			}
			equal(t, keys("secret/metadata/list"), []any{"a", "b", "sub/"})
			equal(t, keys("secret/metadata/list/sub/"), []any{"c", "d"})
			if root := keys("secret/metadata").([]any); !slices.Contains(root, any("list/")) || slices.Contains(root, any("BRIDGE_TOKEN")) {
				t.Fatalf("the root has %v", root)
			}
			secret, err := at.Logical().ListWithContext(background, "secret/metadata/list/nothing")
			if secret != nil || err != nil {
				t.Fatalf("a folder with nothing in it: %v, %v", secret, err)
			}
		})

		t.Run("what makes no sense", func(t *testing.T) {
			_, err := at.Logical().WriteWithContext(background, "secret/data/app/none", object{"other": "x"})
			refused(t, err, http.StatusBadRequest, "no data provided")
			_, err = at.Logical().ReadWithDataWithContext(background, "secret/data/app/put", map[string][]string{"version": {"two"}})
			refused(t, err, http.StatusBadRequest)
			_, err = at.Logical().WriteWithContext(background, "secret/destroy/app/put", nil)
			refused(t, err, http.StatusBadRequest, "no version number provided")
		})
	})
}
