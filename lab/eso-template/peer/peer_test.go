package peer

import (
	"errors"
	"testing"
)

func TestAnAnswerSaysWhetherTheEngineFailed(t *testing.T) {
	says := func(rendered []byte, err error) any {
		return answer(func(string, map[string][]byte) ([]byte, error) { return rendered, err }, "", nil)
	}
	if got := says(nil, errors.New("no")); got != nil {
		t.Errorf("a failure is null, not %v", got)
	}
	if got := says([]byte("text"), nil); got != "text" {
		t.Errorf("a text is itself, not %v", got)
	}
	if got, ok := says([]byte{0xff}, nil).(map[string][]byte); !ok || len(got["base64"]) != 1 {
		t.Errorf("bytes are in base64, not %v", got)
	}
}
