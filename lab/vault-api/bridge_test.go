// Package vaultapi asks a bridge through HashiCorp's own Go client, `github.com/hashicorp/vault/api`.
package vaultapi

import (
	"context"
	_ "embed"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/vault/api"

	"secretbridge.lab/served"
)

//go:embed testdata/secretbridge.yaml
var settings string

// place is a bridge to ask, and a client of it that may do everything.
type place struct {
	*served.Bridge
	*api.Client
	// keepsVersions is whether older versions can be read.
	keepsVersions bool
}

type object = map[string]any

var background = context.Background()

// everywhere asks each kind of store the same.
func everywhere(t *testing.T, ask func(t *testing.T, at place)) {
	t.Run("in memory", func(t *testing.T) {
		bridge := served.Dev(t)
		ask(t, place{bridge, client(t, bridge, bridge.Token), true})
	})
	t.Run("in files", func(t *testing.T) {
		at, _ := inFiles(t)
		ask(t, at)
	})
}

// inFiles is a bridge over a folder, and at `elsewhere` over a server that a test plays.
func inFiles(t *testing.T) (place, *served.Backend) {
	t.Helper()
	backend := served.NewBackend(t)
	bridge := served.Start(t, map[string]string{
		"secretbridge.yaml": strings.ReplaceAll(settings, "ADDRESS", backend.Address),
		"elsewhere-token":   "the-token-of-the-bridge",
	}, nil)
	return place{bridge, client(t, bridge, bridge.Token), false}, backend
}

// client is one that is not influenced by the environment, and asks once.
func client(t *testing.T, bridge *served.Bridge, token string) *api.Client {
	t.Helper()
	config := api.DefaultConfig()
	if config.Error != nil {
		t.Fatal(config.Error)
	}
	config.Address, config.MaxRetries = bridge.Address, 0
	made, err := api.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	made.SetToken(token)
	return made
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func done(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %#v, want %#v", got, want)
	}
}

// refused is that the client was told this status, and all of these words.
func refused(t *testing.T, err error, status int, words ...string) {
	t.Helper()
	var response *api.ResponseError
	if !errors.As(err, &response) {
		t.Fatalf("got %v, want the status %d", err, status)
	}
	equal(t, response.StatusCode, status)
	for _, word := range words {
		if !strings.Contains(strings.Join(response.Errors, "\n"), word) {
			t.Fatalf("got %q, want %q in it", response.Errors, word)
		}
	}
}

// notFound is that there is no such secret, as the client tells it from every other trouble.
func notFound(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, api.ErrSecretNotFound) {
		t.Fatalf("got %v, want that there is no such secret", err)
	}
}

// recording counts requests, and keeps the answers' statuses.
type recording struct{ statuses []int }

func (r *recording) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(request)
	if response != nil {
		r.statuses = append(r.statuses, response.StatusCode)
	}
	return response, err
}
