package nothinglost

import (
	"bytes"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"testing"
)

// proxy listens at one address, passes everything on to another, and does that to the answers. The caller stops it.
func proxy(t *testing.T, at, to string, do func(*http.Response) error) (stop func()) {
	t.Helper()
	here, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	there, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", here.Host)
	if err != nil {
		t.Fatal(err)
	}
	quiet := log.New(io.Discard, "", 0)
	passing := &httputil.ReverseProxy{
		Rewrite:        func(request *httputil.ProxyRequest) { request.SetURL(there) },
		ModifyResponse: do,
		ErrorLog:       quiet,
		ErrorHandler:   func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	server := &http.Server{Handler: passing, ErrorLog: quiet}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return func() { _ = server.Close() }
}

// late has the answer, and gives it to nobody for as long as somebody waits.
func late(response *http.Response) error {
	<-response.Request.Context().Done()
	return response.Request.Context().Err()
}

// cut gives the head of an answer and half of its body.
func cut(response *http.Response) error {
	whole, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	half := io.MultiReader(bytes.NewReader(whole[:len(whole)/2]), broken{})
	response.Body = io.NopCloser(half)
	return nil
}

// broken is the rest of an answer that does not come.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
