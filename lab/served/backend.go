package served

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// Backend stands in for the server that a store of the bridge asks: it answers with what a test says, but for
// the bridge's token, which is good.
type Backend struct {
	// Address is where it listens.
	Address string

	server  *httptest.Server
	mutex   sync.Mutex
	answers []Answer
}

// Answer is what a Backend answers.
type Answer struct {
	Status int
	Header map[string]string
	Body   string
}

// NewBackend answers with 503 until told otherwise.
func NewBackend(t testing.TB) *Backend {
	b := &Backend{answers: []Answer{{Status: http.StatusServiceUnavailable, Body: `{"errors":["Vault is sealed"]}`}}}
	b.server = httptest.NewServer(http.HandlerFunc(b.serve))
	b.Address = b.server.URL
	t.Cleanup(b.server.Close)
	return b
}

// Will answer so, one after the other, and the last from then on.
func (b *Backend) Will(answers ...Answer) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.answers = answers
}

// lookup is what the bridge is told of its token: that it is good for ever.
const lookup = `{"request_id":"1","data":{"type":"service","ttl":0,"expire_time":null,"renewable":false,"policies":["root"]}}`

// Gone is when nobody listens at its address any more.
func (b *Backend) Gone() { b.server.Close() }

func (b *Backend) serve(w http.ResponseWriter, request *http.Request) {
	answer := Answer{Status: http.StatusOK, Body: lookup}
	if request.URL.Path != "/v1/auth/token/lookup-self" {
		answer = b.next()
	}
	w.Header().Set("Content-Type", "application/json")
	for name, value := range answer.Header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(answer.Status)
	_, _ = w.Write([]byte(answer.Body))
}

func (b *Backend) next() Answer {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	answer := b.answers[0]
	if len(b.answers) > 1 {
		b.answers = b.answers[1:]
	}
	return answer
}
